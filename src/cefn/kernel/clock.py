"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar day of `moment` in the time zone called `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()
