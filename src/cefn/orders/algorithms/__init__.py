"""Pure functions of order management: no database, so that they can be tested and timed alone."""
