"""What happens next: one wiring table, and one story for each process."""
