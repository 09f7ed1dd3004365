"""Charts and tiles: plain values that the templates draw. A chart is always also a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a chart: its label, the values as numbers to draw (None: no value), and as people read them."""

    label: str
    values: Sequence[int | None]
    words: Sequence[str]

    def cells(self) -> list[tuple[int | str, str]]:
        """Return (number to draw, text) for each series."""
        return [("" if value is None else value, word) for value, word in zip(self.values, self.words, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A line, area, stepped or bar chart. `scale` divides the values for the axis (100 for pence)."""

    title: str | Promise
    axis: str | Promise
    series: Sequence[str | Promise]
    points: Sequence[Point]
    kind: Literal["line", "area", "steps", "bars"] = "area"
    scale: int = 1
    is_tall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One answer of the dashboard; it opens the list behind it."""

    name: str | Promise
    icon: str
    figure: str
    note: str | Promise
    url: str
    tone: str = ""
