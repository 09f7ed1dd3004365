"""Papers of the warehouse: pick list and packing slip."""
