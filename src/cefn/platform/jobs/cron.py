"""Times that come round, in five fields: minute, hour, day of month, month, day of week.

The fields are those of the Unix crontab: `*`, numbers, ranges `1-5`, steps `*/15`, lists `1,15`; Sunday is 0 or 7. When
both days are given, either is enough. A local time that the clocks jump over in spring is run at the same distance
from midnight; one that comes twice in autumn is run once, unless the hour is `*`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cefn.platform.jobs.errors import CronInvalid

FIELDS = (
    (gettext_noop("minute"), 0, 59),
    (gettext_noop("hour"), 0, 23),
    (gettext_noop("day of month"), 1, 31),
    (gettext_noop("month"), 1, 12),
    (gettext_noop("day of week"), 0, 7),
)
SEARCH_DAYS = 366 * 8 + 2
"""29 February may be eight years away (1896, 1904)."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed rule."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    every_hour: bool
    any_day: bool
    any_weekday: bool

    def fits_day(self, day: datetime) -> bool:
        """Tell whether the rule has times on this local day."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday


def _number(text: str, whole: str, name: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high):
        reason = _("%(field)s %(value)s is not a number from %(low)s to %(high)s")
        raise CronInvalid(text=whole, reason=reason % {"field": _(name), "value": repr(text), "low": low, "high": high})
    return int(text)


def _values(text: str, whole: str, name: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, whole, name, 1, high or 1) if slash else 1
        if span == "*":
            first, last = low, high
        elif "-" in span:
            first_text, _dash, last_text = span.partition("-")
            first, last = (_number(end, whole, name, low, high) for end in (first_text, last_text))
            if first > last:
                reason = _("%(field)s %(value)s runs backwards") % {"field": _(name), "value": repr(span)}
                raise CronInvalid(text=whole, reason=reason)
        else:
            first = _number(span, whole, name, low, high)
            last = high if slash else first
        found.update(range(first, last + 1, step))
    return found


def cron_parse(text: str) -> Cron:
    """Read a rule; raises CronInvalid naming the field that can't be read."""
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise CronInvalid(text=text, reason=_("it has %(count)s fields instead of 5") % {"count": len(parts)})
    minutes, hours, days, months, weekdays = (
        _values(part, text, *field) for part, field in zip(parts, FIELDS, strict=True)
    )
    cron = Cron(
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=frozenset(days),
        months=frozenset(months),
        weekdays=frozenset(day % 7 for day in weekdays),
        every_hour=parts[1] == "*",
        any_day=parts[2] == "*",
        any_weekday=parts[4] == "*",
    )
    if cron_next(cron, zone="UTC", after=datetime(2024, 1, 1, tzinfo=UTC)) is None:
        raise CronInvalid(text=text, reason=_("no such day ever comes"))
    return cron


def cron_next(cron: Cron, *, zone: str, after: datetime) -> datetime | None:
    """Return the first moment (UTC) after `after` that fits, by the clocks of `zone`; None if there is none."""
    place = ZoneInfo(zone)
    midnight = after.astimezone(place).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    # A local day may begin before and end after the UTC one, so the search starts a day early.
    for offset in range(-1, SEARCH_DAYS):
        day = midnight + timedelta(days=offset)
        if not cron.fits_day(day):
            continue
        folds = (0, 1) if cron.every_hour else (0,)
        moments = [
            day.replace(hour=hour, minute=minute, tzinfo=place, fold=fold).astimezone(UTC)
            for hour in cron.hours
            for minute in cron.minutes
            for fold in folds
        ]
        later = [moment for moment in moments if moment > after]
        if later:
            return min(later)
    return None
