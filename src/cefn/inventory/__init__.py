"""The stock ledger: moves, levels, allocations, lots and cost layers."""
