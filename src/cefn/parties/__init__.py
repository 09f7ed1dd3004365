"""Customers, suppliers and their addresses."""
