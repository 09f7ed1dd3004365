"""The one place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """Return this moment in UTC."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock of this task stand at `moment` (UTC): for stories told in order, such as the demo shop's."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar day of `moment` in the time zone called `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()
