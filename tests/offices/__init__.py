"""The ticket offices against servers that behave in every way a server can."""
