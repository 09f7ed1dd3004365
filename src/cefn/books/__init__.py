"""Invoices, credit notes, payments and posting."""
