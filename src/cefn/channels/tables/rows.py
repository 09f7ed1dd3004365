"""The row that every reader yields, and the limits that keep memory and time flat."""

from dataclasses import dataclass
from typing import NamedTuple

from cefn.channels.tables.faults import RowFault

MIB = 1024 * 1024


class Row(NamedTuple):
    """One record of a table: the physical `line` it starts on, its cells as text, and what is wrong with its form.

    `formulas` are the positions of cells that a workbook computes. Numbers of a workbook come with a decimal point and
    its dates as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS.
    """

    line: int
    cells: tuple[str, ...]
    fault: RowFault | None = None
    formulas: tuple[int, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell and not cell.isspace() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold before it is refused."""

    file_bytes: int = 256 * MIB
    record_characters: int = MIB
    columns: int = 1_024
    rows: int = 2_000_000
    unpacked_bytes: int = 512 * MIB
    shared_text_characters: int = 32 * MIB
    unpack_ratio: int = 200


LIMITS = Limits()
