"""What can be wrong with a file, a row or a cell, as values that are collected and shown together.

A `FaultKind` holds the sentence and the remedy; a `CellFault` is a kind with its facts, before its place is known; a
`RowFault` adds the line and the column. Kinds whose `note` is true inform without refusing the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN_VALUE = 80
LEGIBLE = {"\n": "⏎", "\r": "⏎", "\t": "⇥"}


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to be wrong: `code` CEFN-IMP-NNN, the sentence and what to do about it."""

    code: str
    sentence: str | Promise
    remedy: str | Promise
    note: bool = False


KINDS: dict[str, FaultKind] = {}


def _kind(number: int, sentence: str | Promise, remedy: str | Promise, *, note: bool = False) -> FaultKind:
    code = f"CEFN-IMP-{number}"
    if code in KINDS:
        raise ValueError(f"{code} is used twice")
    KINDS[code] = FaultKind(code, sentence, remedy, note)
    return KINDS[code]


# ---------------------------------------------------------------- the file
FILE_EMPTY = _kind(101, _("The file is empty."), _("Export it again and check that it has rows."))
FILE_BINARY = _kind(102, _("This is not a table: it looks like %(what)s."), _("Send a CSV, TSV or XLSX file."))
FILE_TOO_LARGE = _kind(103, _("The file is larger than %(limit)s MiB."), _("Split it into several files."))
ENCODING_WRONG = _kind(
    104, _("The text is not %(encoding)s."), _("Choose the encoding the file was saved in, or save it as UTF-8.")
)
NUL_BYTE = _kind(105, _("The line holds a NUL byte."), _("Export the file again; it was damaged on its way."))
LINE_TOO_LONG = _kind(
    106, _("The line is longer than %(limit)s characters."), _("Look for a missing line break or a missing quote.")
)
UNCLOSED_QUOTE = _kind(
    107, _("A quote that opens here is never closed."), _("Close the quote, or double it if it belongs to the text.")
)
TEXT_AFTER_QUOTE = _kind(
    108,
    _("The quoted text that opens here is followed by more text on line %(end)s."),
    _("Close the quote before the next delimiter, and double the quotes inside the text."),
)
STRAY_QUOTE = _kind(
    109,
    _("There is a quote in the middle of an unquoted value."),
    _("Put the whole value in quotes and double the quote inside, or choose “no quoting”."),
)
COLUMN_COUNT = _kind(
    110,
    _("The row has %(found)s values; the header has %(expected)s columns."),
    _("Check the delimiter, and put values that contain it in quotes."),
)
HEADER_MISSING = _kind(
    111, _("No header row was found."), _("Put the column names in the first row, or say which line holds them.")
)
HEADER_DUPLICATE = _kind(112, _("Two columns are called %(name)s."), _("Rename or remove one of them."))
HEADER_BLANK = _kind(113, _("Column %(position)s has values but no name."), _("Give the column a name or empty it."))
COLUMNS_MISSING = _kind(
    114,
    _("Needed columns are missing: %(missing)s. The file has: %(present)s."),
    _("Choose the right format, or map your own columns."),
)
TOO_MANY_COLUMNS = _kind(115, _("The row has more than %(limit)s columns."), _("Remove the columns that are not used."))
TOO_MANY_ROWS = _kind(116, _("The file has more than %(limit)s rows."), _("Split it into several files."))
NO_ROWS = _kind(117, _("The file has a header but no rows."), _("Export it again and check that it has rows."))
XLSX_BROKEN = _kind(
    118, _("The workbook can't be read: %(why)s."), _("Open it in a spreadsheet program and save it again as XLSX.")
)
ZIP_BOMB = _kind(
    119, _("The workbook unpacks to far more than a table needs."), _("Save only the needed sheet as a new file.")
)
XML_DOCTYPE = _kind(
    120,
    _("The workbook declares XML entities, which no spreadsheet program writes."),
    _("Open it in a spreadsheet program and save it again as XLSX."),
)
OLD_WORKBOOK = _kind(
    121, _("This is an old XLS file or one with a password."), _("Save it as XLSX without a password, or as CSV.")
)
SHEET_MISSING = _kind(122, _("There is no sheet %(name)s. There are: %(present)s."), _("Choose one of the sheets."))
TOO_MANY_FAULTS = _kind(
    123, _("More than %(limit)s things are wrong; the rest was not looked at."), _("Check that the format is right.")
)
FORMAT_UNKNOWN = _kind(
    124,
    _("The columns match no known format. The file has: %(present)s."),
    _("Choose a format, or map your own columns."),
)
OPTION_WRONG = _kind(125, _("%(name)s can't be %(given)s."), _("It may be: %(allowed)s."))

# ---------------------------------------------------------------- a value
FORMULA_CELL = _kind(
    201,
    _("The cell holds a formula, not a value."),
    _("Paste values only; if the text really starts so, put a single quote before it."),
)
CELL_ERROR = _kind(202, _("The cell holds a spreadsheet error."), _("Mend the formula or type the value."))
VALUE_MISSING = _kind(203, _("A value is needed here."), _("Fill the cell."))
NUMBER_WRONG = _kind(
    204, _("This is not a number."), _("Use digits and one decimal %(mark)s, for example %(example)s.")
)
NUMBER_DIGITS = _kind(205, _("The number has digits of another script."), _("Use the digits 0 to 9."))
NUMBER_UNDERSCORE = _kind(206, _("The number has an underscore."), _("Remove it."))
NUMBER_NOT_FINITE = _kind(207, _("This is not a finite number."), _("Type the value or empty the cell."))
NUMBER_EXPONENT = _kind(
    208,
    _("The number is in scientific notation, so digits may be lost."),
    _("Format the column as plain number or text."),
)
NUMBER_TOO_BIG = _kind(209, _("The number is larger than %(limit)s."), _("Check the column and the decimal mark."))
NUMBER_NEGATIVE = _kind(210, _("The number may not be negative."), _("Use a positive number."))
NUMBER_DECIMALS = _kind(
    211, _("The number has %(found)s decimals; %(allowed)s are allowed."), _("Round it, or check the decimal mark.")
)
NUMBER_AMBIGUOUS = _kind(
    212,
    _("The number can be read in two ways: as %(first)s or as %(second)s."),
    _("Say whether the file uses a decimal point or a decimal comma."),
)
NUMBER_ZERO = _kind(213, _("The number may not be zero."), _("Use a number above zero, or remove the row."))
CURRENCY_WRONG = _kind(
    214, _("The amount is in %(found)s; the rest is in %(expected)s."), _("Import each currency on its own.")
)
CURRENCY_UNKNOWN = _kind(215, _("This is not a currency Cefn knows."), _("Use a three-letter code such as GBP."))
DATE_WRONG = _kind(216, _("This is not a date."), _("Write dates as YYYY-MM-DD."))
DATE_AMBIGUOUS = _kind(
    217,
    _("The date can be read in two ways: as %(first)s or as %(second)s."),
    _("Say whether the day or the month comes first, or write dates as YYYY-MM-DD."),
)
DATE_IMPOSSIBLE = _kind(218, _("There is no such day or time."), _("Correct the date."))
BOOLEAN_WRONG = _kind(219, _("This is neither yes nor no."), _("Use yes or no, true or false, 1 or 0."))
SKU_WRONG = _kind(220, _("This can't be a SKU: %(why)s."), _("Use up to 64 visible characters."))
BARCODE_WRONG = _kind(
    221, _("A barcode has 8, 12, 13 or 14 digits."), _("Format the column as text and type it again.")
)
BARCODE_CHECK = _kind(222, _("The barcode's last digit should be %(expected)s."), _("Scan or type the barcode again."))
COUNTRY_UNKNOWN = _kind(223, _("This is not a country Cefn knows."), _("Use a two-letter code such as GB."))
EMAIL_WRONG = _kind(224, _("This is not an e-mail address."), _("Correct the address or empty the cell."))
TEXT_TOO_LONG = _kind(225, _("The text has more than %(limit)s characters."), _("Shorten it."))
CONTROL_CHARACTER = _kind(226, _("The text holds an invisible control character."), _("Type the value again."))
CHOICE_WRONG = _kind(227, _("This value is not known here."), _("Use one of: %(allowed)s."))

# ---------------------------------------------------------------- a record
DUPLICATE_LINE = _kind(
    301,
    _("The same line stands on line %(other)s of this order; it was not added a second time."),
    _("Choose “keep duplicate lines” if the customer really bought it twice."),
    note=True,
)
ROWS_DISAGREE = _kind(
    302, _("Rows of one order disagree: %(first)s and %(second)s."), _("Make the rows agree, or split the order.")
)
QUANTITIES_ABSENT = _kind(
    303,
    _("The file does not say how many of each item were sold."),
    _("Export order items instead of orders, or enter the lines on the order page."),
)
TOTAL_DIFFERS = _kind(
    304,
    _("The lines add up to %(computed)s, the file says %(stated)s."),
    _("Check the order in the channel."),
    note=True,
)
KEY_TWICE = _kind(305, _("%(key)s stands already on line %(other)s."), _("Keep one of the two rows."))
PACKED_LINES = _kind(306, _("The packed order lines can't be read: %(why)s."), _("Export order items as rows."))
PARENT_UNKNOWN = _kind(307, _("There is no product %(key)s for this variation."), _("Add the parent's row."))
TYPE_SKIPPED = _kind(
    308, _("Products of the type %(kind)s are not imported."), _("Enter it by hand if you need it."), note=True
)
UNKNOWN_SKU = _kind(
    310, _("There is no product with the SKU %(sku)s."), _("Import the products first, or correct the SKU.")
)
OTHER_CONTENT = _kind(
    311,
    _("%(key)s was imported before with other content: %(fields)s."),
    _("Change the order on its page, or cancel it and import it under a new number."),
)
UNKNOWN_WAREHOUSE = _kind(312, _("There is no warehouse %(name)s."), _("Use one of: %(present)s."))
CANCELLED_SINCE = _kind(
    313, _("%(key)s was imported and then cancelled."), _("Enter it again under a new number if it is wanted.")
)
NOT_STOCKED = _kind(314, _("%(sku)s is a service and holds no stock."), _("Remove the row."))
BELOW_ALLOCATED = _kind(
    315,
    _("%(sku)s has %(allocated)s promised to orders; it can't be set to %(wanted)s."),
    _("Release the orders first, or count the bin again."),
)
SKU_TAKEN = _kind(316, _("The SKU belongs to another product, %(product)s."), _("Correct the SKU or the product code."))
BARCODE_TAKEN = _kind(317, _("The barcode belongs to %(sku)s."), _("Correct the barcode or empty the cell."))
ROW_REFUSED = _kind(318, _("The row was refused: %(why)s"), _("Mend the row and send it again."))
NOT_A_SALE = _kind(
    319,
    _("This row is not a sale: %(what)s."),
    _("Import the returns and adjustments with the kind that fits."),
    note=True,
)


@dataclass(frozen=True, slots=True)
class CellFault:
    """A kind with its facts, before the place is known."""

    kind: FaultKind
    facts: Mapping[str, Any] = field(default_factory=dict)

    def at(self, line: int, column: str, value: str) -> "RowFault":
        """Return the fault with its place."""
        return RowFault(line, column, shown(value), self.kind.code, dict(self.facts))


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong: `line` is the physical line (0: the file as a whole), `column` the header."""

    line: int
    column: str
    value: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> FaultKind:
        """The kind behind the code."""
        return KINDS[self.code]

    @property
    def note(self) -> bool:
        """Whether this only informs."""
        return self.kind.note

    @property
    def sentence(self) -> str:
        """What is wrong, in the active language."""
        return str(self.kind.sentence) % self.facts

    @property
    def remedy(self) -> str:
        """What to do, in the active language."""
        return str(self.kind.remedy) % self.facts

    def __str__(self) -> str:
        place = (
            f"{self.line}" + (f" · {self.column}" if self.column else "") + (f" · “{self.value}”" if self.value else "")
        )
        return f"{place}: {self.sentence} {self.remedy}"

    def as_json(self) -> dict[str, Any]:
        """Return what must be stored to show the fault later in any language."""
        return {
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "facts": {name: fact if isinstance(fact, int) else str(fact) for name, fact in self.facts.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RowFault":
        """Return the fault stored by `as_json`."""
        return cls(int(data["line"]), data["column"], data["value"], data["code"], dict(data.get("facts", {})))


def shown(value: str) -> str:
    """Return a cell as it may be shown in a message: short, one line, without control characters."""
    cut = value[: SHOWN_VALUE + 1]
    text = "".join(LEGIBLE.get(sign, sign if sign.isprintable() else "�") for sign in cut[:SHOWN_VALUE])
    return text + "…" if len(cut) > SHOWN_VALUE else text


def file_fault(kind: FaultKind, *, line: int = 0, column: str = "", value: str = "", **facts: Any) -> RowFault:
    """Return a fault of a file or a whole line."""
    return RowFault(line, column, shown(value), kind.code, facts)


class TableError(Exception):
    """The file can't be read further; `fault` says where and why."""

    def __init__(self, fault: RowFault) -> None:
        self.fault = fault
        super().__init__(fault.code)

    def __str__(self) -> str:
        return str(self.fault)


def refuse(kind: FaultKind, *, line: int = 0, column: str = "", value: str = "", **facts: Any) -> TableError:
    """Return the exception that ends reading at `line`."""
    return TableError(file_fault(kind, line=line, column=column, value=value, **facts))
