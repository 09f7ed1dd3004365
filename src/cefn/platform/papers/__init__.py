"""Papers: Typst templates in, PDF out; barcodes as vector drawings. Knows no business words."""
