"""Measurements: each compares a service with hand-written SQL in the same run, or with a stated limit."""
