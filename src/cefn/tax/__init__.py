"""Jurisdictions, rates and the calculation of tax."""
