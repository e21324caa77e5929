"""What can be open over the gate: each dialog is a value that a key press turns into the next one."""
