"""One coroutine for each use case at the gate, its effects in the order of the story of a scan."""
