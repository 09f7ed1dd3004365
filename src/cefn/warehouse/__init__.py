"""Picks, packs and shipments."""
