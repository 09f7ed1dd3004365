"""Sales orders, routing, holds and returns."""
