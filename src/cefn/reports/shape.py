"""What all reports share: figures that open their lines, and days cut at the company's midnight."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from cefn.kernel import sql
from cefn.platform.actors import Actor


@dataclass(frozen=True, slots=True)
class Opens:
    """What shows the rows behind a figure: the name of a list, such as orders or account, and its filters."""

    list: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what opens its lines; amounts in minor units, counts as they are."""

    value: int
    opens: Opens


@dataclass(frozen=True, slots=True)
class DayAmount:
    """An amount at, or of, a day, in minor units."""

    on: date
    amount_minor: int


def day_start(on: date, zone: str) -> datetime:
    """Return the moment (UTC) at which a calendar day begins in a time zone."""
    return datetime.combine(on, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days_between(first_on: date, last_on: date) -> list[date]:
    """Return the days of a span, both ends included; none if it ends before it begins."""
    return [first_on + timedelta(days=at) for at in range((last_on - first_on).days + 1)]


def day_rows(first_on: date, last_on: date, zone: str) -> sql.Rows:
    """Return the days of a span as rows (d, a, b): the day as ISO text, its first moment, the first of the next."""
    days = days_between(first_on, last_on)
    return sql.Rows(
        "d text, a timestamptz, b timestamptz",
        [(day.isoformat(), day_start(day, zone), day_start(day + timedelta(days=1), zone)) for day in days],
    )


def hour_rows(first_on: date, last_on: date, zone: str) -> sql.Rows:
    """Return the hours of a span as rows (h, a, b): the hour on the clock, its first moment, the first of the next.

    The hour that the clocks repeat in autumn counts twice under its name; the one they skip in spring is not there.
    """
    moment, end = day_start(first_on, zone), day_start(last_on + timedelta(days=1), zone)
    rows = []
    while moment < end:
        after = moment + timedelta(hours=1)
        rows.append((moment.astimezone(ZoneInfo(zone)).hour, moment, min(after, end)))
        moment = after
    return sql.Rows("h bigint, a timestamptz, b timestamptz", rows)


def codes_rows(codes: Iterable[str]) -> sql.Rows:
    """Return record-rule codes as rows (c)."""
    return sql.Rows("c text", [(code,) for code in sorted(codes)])


def own_name(name: str, name_cy: str) -> str:
    """Return the name in the active language."""
    return name_cy if name_cy and (get_language() or "").startswith("cy") else name


def share_ppm(part: int, whole: int) -> int | None:
    """Return part of whole in parts per million, rounded down; None of nothing."""
    return part * 1_000_000 // whole if whole else None


def sees_all_warehouses(actor: Actor) -> bool:
    """Tell whether no record rule keeps the actor to some warehouses."""
    return not actor.warehouse_codes
