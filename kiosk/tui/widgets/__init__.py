"""What the gate screen is made of: each part paints lines that the presenter has worded."""
