"""A shop's history replayed: years of sales, returns and stock notes through the same services as a day's work."""
