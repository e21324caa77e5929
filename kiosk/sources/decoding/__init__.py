"""Reading barcodes out of pictures: engines, the picture work around them, and the plan that spends time on both."""
