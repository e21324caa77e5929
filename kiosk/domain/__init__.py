"""What the gate knows and decides. Standard library only: no await, no clock, no randomness, no I/O."""
