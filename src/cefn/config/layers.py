"""The layers of the house, high to low; calls and foreign keys go down, news goes up.

This is the packaged copy of the import-linter contract in pyproject.toml; a test holds the two equal. Names in one
layer stand beside each other and may not know one another.
"""

LAYERS: tuple[tuple[str, ...], ...] = (
    ("config",),
    ("web", "api", "cli"),
    ("flows",),
    ("reports", "planning", "channels"),
    ("books",),
    ("shipping", "manufacturing"),
    ("warehouse",),
    ("orders", "purchasing"),
    ("inventory", "ledger", "pricing"),
    ("catalog", "parties"),
    ("tax",),
    ("platform",),
    ("kernel",),
)


def layer_height(name: str) -> int:
    """Return how high the layer of a module such as `orders` is; the kernel is at 0. Raises KeyError if unknown."""
    for height, layer in enumerate(reversed(LAYERS)):
        if name in layer:
            return height
    raise KeyError(name)
