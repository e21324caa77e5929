"""The OCTO office."""
