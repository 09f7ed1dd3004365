"""The money ledger: accounts, entries and periods."""
