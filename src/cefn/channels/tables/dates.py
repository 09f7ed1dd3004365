"""Dates and moments in text, read strictly: ISO first, a named month, or digits whose order the file declares."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from cefn.channels.tables.faults import (
    DATE_AMBIGUOUS,
    DATE_IMPOSSIBLE,
    DATE_WRONG,
    VALUE_MISSING,
    CellFault,
)

DateOrder = Literal["", "dmy", "mdy"]
ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ionawr ion", "feb february chwefror chwe", "mar march mawrth maw", "apr april ebrill ebr",
            "may mai", "jun june mehefin meh", "jul july gorffennaf gor", "aug august awst",
            "sep sept september medi", "oct october hydref hyd", "nov november tachwedd tach",
            "dec december rhagfyr rhag",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]+([^\W\d_]{3,10})\.?,?[\s\-/.]+(\d{4}|\d{2})"
)
NAMED_US = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?\s*(Z|z|UTC|GMT|[+\-]\d{2}:?\d{2})?", re.ASCII
)
FIRST_YEAR, LAST_YEAR, CENTURY_PIVOT = 1900, 2199, 70


def _day(year: str, month: int, day: int) -> date | CellFault:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < CENTURY_PIVOT else 1900
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return CellFault(DATE_IMPOSSIBLE)
    try:
        return date(number, month, day)
    except ValueError:
        return CellFault(DATE_IMPOSSIBLE)


def parse_date(text: str, *, order: DateOrder = "") -> date | CellFault:
    """Return the date, or why it is none. 03/04/2011 needs `order`; 13/04/2011 does not."""
    text = text.strip()
    if not text:
        return CellFault(VALUE_MISSING)
    if match := ISO.fullmatch(text):
        return _day(match[1], int(match[3]), int(match[4]))
    if match := NUMERIC.fullmatch(text):
        return _numeric(int(match[1]), int(match[3]), match[4], order)
    if match := COMPACT.fullmatch(text):
        return _day(match[1], int(match[2]), int(match[3]))
    if match := NAMED.fullmatch(text):
        month = MONTHS.get(match[2].casefold())
        return _day(match[3], month, int(match[1])) if month else CellFault(DATE_WRONG)
    if match := NAMED_US.fullmatch(text):
        month = MONTHS.get(match[1].casefold())
        return _day(match[3], month, int(match[2])) if month else CellFault(DATE_WRONG)
    return CellFault(DATE_WRONG)


def _numeric(first: int, second: int, year: str, order: DateOrder) -> date | CellFault:
    if order == "dmy":
        return _day(year, second, first)
    if order == "mdy":
        return _day(year, first, second)
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if isinstance(day_first, CellFault):
        return month_first
    if isinstance(month_first, CellFault) or day_first == month_first:
        return day_first
    return CellFault(DATE_AMBIGUOUS, {"first": day_first.isoformat(), "second": month_first.isoformat()})


def order_shown(text: str) -> DateOrder:
    """Return the order that a numeric date proves by a number above 12, or an empty text."""
    head = text.strip().split(" ", 1)[0].split("T", 1)[0]
    match = NUMERIC.fullmatch(head)
    if match and int(match[1]) > 12 >= int(match[3]):
        return "dmy"
    if match and int(match[3]) > 12 >= int(match[1]):
        return "mdy"
    return ""


def is_numeric_date(text: str) -> bool:
    """Tell whether the text is a date of two numbers and a year whose order matters."""
    return NUMERIC.fullmatch(text.strip().split(" ", 1)[0]) is not None


def parse_moment(text: str, *, zone: str = "UTC", order: DateOrder = "") -> datetime | CellFault:
    """Return the moment in UTC, or why it is none; without an offset it is local in `zone`, without a time midnight.

    A local time that the clocks skipped in spring is a fault; one that came twice in autumn is the first of the two.
    """
    text = text.strip()
    head, tail = _split_clock(text)
    if tail is None:
        return CellFault(DATE_WRONG)
    day = parse_date(head, order=order)
    if isinstance(day, CellFault):
        return day
    clock = CLOCK.fullmatch(tail) if tail else None
    if tail and clock is None:
        return CellFault(DATE_WRONG)
    hour, minute, second = _clock(clock)
    try:
        local = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - the zone follows
    except ValueError:
        return CellFault(DATE_IMPOSSIBLE)
    offset = clock[6] if clock else None
    if offset:
        return _with_offset(local, offset)
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        return CellFault(DATE_IMPOSSIBLE)
    return moment


def _split_clock(text: str) -> tuple[str, str | None]:
    """Split "day clock" at ISO 8601's T or before the first number with a colon; None for a T alone."""
    iso = ISO.match(text)
    if iso and text[iso.end() : iso.end() + 1] == "T":
        return text[: iso.end()], text[iso.end() + 1 :].strip() or None
    match = re.search(r"[ ,]+(?=\d{1,2}:)", text)
    return (text[: match.start()], text[match.end() :].strip()) if match else (text, "")


def _clock(match: re.Match[str] | None) -> tuple[int, int, int]:
    if match is None:
        return 0, 0, 0
    hour, half = int(match[1]), (match[5] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return 99, 0, 0
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, int(match[2]), int(match[3] or 0)


def _with_offset(local: datetime, offset: str) -> datetime | CellFault:
    if offset in {"Z", "z", "UTC", "GMT"}:
        return local.replace(tzinfo=UTC)
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    if minutes > 14 * 60 or int(offset[-2:]) > 59:
        return CellFault(DATE_IMPOSSIBLE)
    shift = timedelta(minutes=-minutes if offset[0] == "-" else minutes)
    return local.replace(tzinfo=timezone(shift)).astimezone(UTC)
