"""What waits for one slow viewer: bounded, the newest kept. A waiting picture gives way to the next one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MOST_LINES = 500
MOST_BYTES = 4 << 20


@dataclass
class Backlog:
    """Lines in order. `dropped` counts those that the viewer has missed since it was last asked by `take`."""

    most_lines: int = MOST_LINES
    most_bytes: int = MOST_BYTES
    dropped: int = 0
    _lines: deque[bytes] = field(default_factory=deque)
    _bytes: int = 0
    _picture: bytes | None = None

    def __bool__(self) -> bool:
        return bool(self._lines or self._picture or self.dropped)

    def put(self, line: bytes) -> None:
        """Let a line wait. Where too many do, the oldest goes."""
        self._lines.append(line)
        self._bytes += len(line)
        while len(self._lines) > self.most_lines or self._bytes > self.most_bytes:
            self._bytes -= len(self._lines.popleft())
            self.dropped += 1

    def put_picture(self, line: bytes) -> None:
        """Let a picture wait, after everything else. It is not missed when it goes."""
        self._picture = line

    def take(self) -> bytes:
        """The next line. Raises IndexError where none waits."""
        if not self._lines and self._picture is not None:
            picture, self._picture = self._picture, None
            return picture
        line = self._lines.popleft()
        self._bytes -= len(line)
        return line

    def missed(self) -> int:
        """How many lines the viewer has missed here, told once."""
        dropped, self.dropped = self.dropped, 0
        return dropped
