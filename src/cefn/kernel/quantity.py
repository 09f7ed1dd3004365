"""Quantities: integers in a variant's smallest unit, shown with its decimals."""


def quantity_text(quantity: int, decimals: int = 0) -> str:
    """Return a quantity as plain digits, e.g. 1500 with three decimals -> "1.500"."""
    if decimals == 0:
        return str(quantity)
    sign, digits = ("-" if quantity < 0 else ""), str(abs(quantity)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"
