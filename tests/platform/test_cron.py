"""Times that come round, over days, months, leap years and changes of the clocks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cefn.platform.jobs import CronInvalid
from cefn.platform.jobs.cron import cron_next, cron_parse


def following(text: str, after: str, zone: str = "UTC", count: int = 1) -> list[str]:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    cron, found = cron_parse(text), []
    for _ in range(count):
        later = cron_next(cron, zone=zone, after=moment)
        assert later is not None
        assert later > moment
        moment = later
        found.append(moment.strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("* * * * *", "2026-03-01 10:00", "2026-03-01 10:01"),
        ("*/15 * * * *", "2026-03-01 10:46", "2026-03-01 11:00"),
        ("5/20 * * * *", "2026-03-01 10:06", "2026-03-01 10:25"),
        ("30 6 * * 1-5", "2026-03-06 06:30", "2026-03-09 06:30"),
        ("0 0 1 * *", "2026-01-31 12:00", "2026-02-01 00:00"),
        ("0 0 31 * *", "2026-01-31 12:00", "2026-03-31 00:00"),
        ("0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00"),
        ("0 12 * * 0", "2026-03-01 12:00", "2026-03-08 12:00"),
        ("0 12 * * 7", "2026-03-01 12:00", "2026-03-08 12:00"),
        ("0 9 13 * 5", "2026-03-01 00:00", "2026-03-06 09:00"),
        ("0 9 1,15 * *", "2026-03-01 09:00", "2026-03-15 09:00"),
        ("59 23 31 12 *", "2026-12-31 23:59", "2027-12-31 23:59"),
    ],
)
def test_next(text: str, after: str, expected: str) -> None:
    assert following(text, after) == [expected]


def test_the_century_that_skips_its_leap_day() -> None:
    assert following("0 0 29 2 *", "2096-03-01 00:00") == ["2104-02-29 00:00"]


def test_by_the_companys_clocks() -> None:
    assert following("0 6 * * *", "2026-03-28 00:00", "Europe/London", 3) == [
        "2026-03-28 06:00",
        "2026-03-29 05:00",
        "2026-03-30 05:00",
    ]


def test_an_hour_that_does_not_exist_is_run_once() -> None:
    assert following("30 1 * * *", "2026-03-28 12:00", "Europe/London", 2) == ["2026-03-29 01:30", "2026-03-30 00:30"]


def test_an_hour_that_comes_twice_is_run_once_unless_every_hour_is_meant() -> None:
    assert following("30 1 * * *", "2026-10-24 12:00", "Europe/London", 2) == ["2026-10-25 00:30", "2026-10-26 01:30"]
    assert following("30 * * * *", "2026-10-24 23:00", "Europe/London", 4) == [
        "2026-10-24 23:30",
        "2026-10-25 00:30",
        "2026-10-25 01:30",
        "2026-10-25 02:30",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *",
     "*/0 * * * *", "a * * * *", "1,,2 * * * *", "-1 * * * *", "１ * * * *", "1_0 * * * *", "0 0 31 2 *", "0 0 30 2 *"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(CronInvalid) as caught:
        cron_parse(text)
    assert caught.value.status == 422
    assert caught.value.facts["reason"]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 59), st.integers(0, 23), st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu"]),
    st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-01-01")),
)  # fmt: skip
def test_a_daily_time_is_at_most_twenty_five_hours_away(minute: int, hour: int, zone: str, after: datetime) -> None:
    moment = after.replace(tzinfo=UTC)
    later = cron_next(cron_parse(f"{minute} {hour} * * *"), zone=zone, after=moment)
    assert later is not None
    assert 0 < (later - moment).total_seconds() <= 25 * 3600
