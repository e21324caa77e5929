"""The Vista office."""
