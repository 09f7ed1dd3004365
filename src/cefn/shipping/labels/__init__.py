"""Shipping labels of 4 x 6 inches, as PDF for any printer and as ZPL II for label printers."""
