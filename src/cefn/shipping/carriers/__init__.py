"""Carriers: one port, one adapter a carrier, and a simulator to try everything against."""
