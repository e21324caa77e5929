"""The feed and the commands as JSON lines over a Unix socket: what joins the engine with its screens."""
