"""Cefn: the back office of an online shop, orders, stock, warehouse, buying and books in one place."""

__version__ = "0.1.0"
