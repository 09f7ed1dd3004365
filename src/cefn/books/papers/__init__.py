"""Papers of money: invoice and credit note."""
