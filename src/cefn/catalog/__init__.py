"""Products, variants, barcodes and units."""
