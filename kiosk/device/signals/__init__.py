"""What is heard, lit and opened: one file for each kind of device, one thread for each device, one viewer for all."""
