"""Where barcodes come from: one file for each device, all behind `ports.BarcodeSource`."""
