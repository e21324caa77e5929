"""A ticket-scanning kiosk for entry gates."""
