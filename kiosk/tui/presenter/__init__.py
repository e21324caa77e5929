"""Every word on the screen: pure functions from what the engine told to what staff read."""
