"""What the kiosk is built into: its clock, and later its lamps, beepers and relays."""
