"""The screen: a viewer of the engine's feed, in a process of its own. The only importer of textual; decides nothing."""
