"""Read-only questions across modules."""
