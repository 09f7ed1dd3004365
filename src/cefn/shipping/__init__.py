"""Carriers: rates, labels, tracking, end-of-day manifests."""
