"""How a number is made: the rule, the lines that made it, each with its document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an explanation: what, a note, the figure, and the document's address if it has a page."""

    name: str
    note: str
    figure: Any
    url: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An explained number: title, the answer, the rule in words, the parts."""

    title: str
    answer: Any
    rule: str
    parts: Sequence[Part]
    note: str = ""
