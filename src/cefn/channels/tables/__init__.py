"""Tables in files: reading, sniffing, strict parsing of values, and writing. Pure Python, no database."""
