"""A ticket-scanning kiosk for entry gates."""

__version__ = "0.1.0"
