"""Pure functions of warehouse work."""
