"""The calibration card: known codes, what a scanner made of them, and the configuration that mends it. Pure."""
