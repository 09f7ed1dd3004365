"""Which orders the demo shop gets: ninety days with their weekdays and seasons, drawn by seeded chance."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cefn.flows.demo.catalogue import Weighted
from cefn.flows.demo.people import Person
from cefn.kernel.money import split

DAYS = 90
ZONE = ZoneInfo("Europe/London")
WEEKDAY_WEIGHTS = (100, 92, 94, 100, 112, 124, 86)
CAMPAIGN_DAYS_AGO = range(18, 23)
HOURS = tuple(range(7, 23))
HOUR_WEIGHTS = (2, 4, 6, 8, 9, 9, 8, 8, 7, 7, 7, 8, 10, 11, 8, 4)
SHOP_HOURS, SHOP_HOUR_WEIGHTS = (10, 11, 12, 13), (2, 3, 4, 3)
WEB, AMAZON, IN_STORE, WHOLESALE = "web-shop", "amazon", "in-store", "wholesale"
CHANNEL_WEIGHTS = {WEB: 62, AMAZON: 23, IN_STORE: 12, WHOLESALE: 3}
HOME, NEXT_DAY, ABROAD = "TRACKED48", "NEXTDAY", "INTL"
FREE_POSTAGE_FROM = 5000
OPEN_HOLD_DAYS = 4


@dataclass(slots=True)
class Planned:
    """An order to come. Lines are (SKU, quantity, unit price or None for the list price, discount), in pence."""

    placed_at: datetime
    channel: str
    external_id: str
    person: int | None
    lines: list[tuple[str, int, int | None, int]]
    service: str = ""
    is_cancelled: bool = False
    is_ship_complete: bool = False
    hold: tuple[str, str] | None = None
    pays_with: str = ""
    note: str = ""
    tags: list[str] = field(default_factory=list)


def local(on: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment of a day in the shop's time."""
    return datetime.combine(on, time(hour, minute, second), tzinfo=ZONE)


def orders_planned(
    dice: random.Random, *, now: datetime, count: int, goods: Sequence[Weighted], persons: Sequence[Person]
) -> list[Planned]:
    """Return `count` orders of the ninety days that end at `now`, oldest first; none is later than `now`."""
    today = now.astimezone(ZONE).date()
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    per_day = split(count, [_day_weight(day, today) for day in days])
    found: list[Planned] = []
    for day, number in zip(days, per_day, strict=True):
        moments = sorted((_moment(dice, day) for _ in range(number)), key=lambda pair: pair[0])
        for moment, channel in moments:
            if moment > now:
                break
            serial = len(found) + 1
            found.append(_order(dice, moment, channel, serial, goods, persons, (today - day).days))
    return found


def _day_weight(day: date, today: date) -> int:
    ago = (today - day).days
    season = 80 + (DAYS - ago) * 50 // DAYS
    campaign = 150 if ago in CAMPAIGN_DAYS_AGO else 100
    return WEEKDAY_WEIGHTS[day.weekday()] * season * campaign


def _moment(dice: random.Random, day: date) -> tuple[datetime, str]:
    channel = dice.choices(list(CHANNEL_WEIGHTS), list(CHANNEL_WEIGHTS.values()))[0]
    if channel in {IN_STORE, WHOLESALE} and day.weekday() == 6:
        channel = WEB
    if channel == IN_STORE:
        hour = dice.choices(SHOP_HOURS, SHOP_HOUR_WEIGHTS)[0]
    else:
        hour = dice.choices(HOURS, HOUR_WEIGHTS)[0]
    return local(day, hour, dice.randrange(60), dice.randrange(60)), channel


def _order(
    dice: random.Random, moment: datetime, channel: str, serial: int, goods: Sequence[Weighted],
    persons: Sequence[Person],
    days_ago: int,
) -> Planned:  # fmt: skip
    shops = [at for at, person in enumerate(persons) if person.is_business]
    if channel == WHOLESALE:
        return _wholesale(dice, moment, serial, goods, dice.choice(shops))
    person = None if channel == IN_STORE else dice.randrange(len(shops), len(persons))
    picks = dice.choices(goods, [ware.weight for ware in goods], k=dice.choices((1, 2, 3, 4, 5), (38, 30, 18, 9, 5))[0])
    wanted = Counter({ware.sku: 0 for ware in picks})
    for ware in picks:
        wanted[ware.sku] += dice.choices((1, 2, 3, 4), (80, 14, 4, 2))[0]
    prices = {ware.sku: ware.price for ware in picks}
    lines: list[tuple[str, int, int | None, int]] = [(sku, quantity, None, 0) for sku, quantity in wanted.items()]
    planned = Planned(moment, channel, _external(channel, moment, serial), person, lines)
    if person is None:
        planned.pays_with = dice.choices(("card", "cash"), (7, 3))[0]
        return planned
    _dress(dice, planned, prices, persons[person].address.country != "GB", days_ago)
    return planned


def _dress(dice: random.Random, planned: Planned, prices: dict[str, int], abroad: bool, days_ago: int) -> None:
    """Give a parcel order its postage, payment, and now and then a discount, a hold or a cancellation."""
    worth = sum(prices[sku] * quantity for sku, quantity, _, _ in planned.lines)
    express = not abroad and dice.randrange(100) < 12
    postage = "POST-INT" if abroad else "POST-EXP" if express else "POST-STD"
    if abroad or express or worth < FREE_POSTAGE_FROM:
        planned.lines.append((postage, 1, None, 0))
    planned.service = {"POST-INT": ABROAD, "POST-EXP": NEXT_DAY}.get(postage, HOME)
    planned.pays_with = "marketplace" if planned.channel == AMAZON else dice.choices(("card", "paypal"), (3, 1))[0]
    chance = dice.randrange(1000)
    if planned.channel == WEB and chance < 60:
        planned.lines = [
            (sku, quantity, price, prices.get(sku, 0) * quantity // 20) for sku, quantity, price, _ in planned.lines
        ]
        planned.tags.append("CROESO5")
    elif planned.channel == WEB and chance < 110:
        planned.lines.append(("GIFTWRAP", 1, None, 0))
        planned.note = "Gift: leave the prices out of the parcel."
    elif chance < 150:
        planned.is_ship_complete = True
    hold = dice.randrange(1000)
    odds = 110 if days_ago <= OPEN_HOLD_DAYS else 30
    if planned.channel == WEB and hold < odds:
        planned.hold = dice.choice(HOLDS)
        if planned.hold[0] == "payment":
            planned.pays_with = "bank"
    elif dice.randrange(1000) < 25:
        planned.is_cancelled = True


HOLDS = (
    ("payment", "The card was declined; the buyer will pay by bank transfer"),
    ("payment", "Waits for the buyer's bank transfer"),
    ("address", "The postcode does not belong to the town"),
    ("fraud", "Three cards were tried for this order"),
)


def _wholesale(dice: random.Random, moment: datetime, serial: int, goods: Sequence[Weighted], person: int) -> Planned:
    picks = {ware.sku: ware for ware in dice.choices(goods, [ware.weight for ware in goods], k=dice.randint(3, 7))}
    lines: list[tuple[str, int, int | None, int]] = [
        (sku, dice.choice((6, 6, 12)), ware.price * 55 // 120, 0) for sku, ware in picks.items()
    ]
    return Planned(
        moment, WHOLESALE, _external(WHOLESALE, moment, serial), person, lines, HOME, pays_with="",
        note="Wholesale terms: 30 days",
    )  # fmt: skip


def _external(channel: str, moment: datetime, serial: int) -> str:
    if channel == AMAZON:
        return f"{203 + serial % 3}-{7_000_000 + serial * 7919 % 1_000_000:07d}-{serial * 104_729 % 10_000_000:07d}"
    return {WEB: f"#{10_000 + serial}", IN_STORE: f"T1-{moment:%y%m%d}-{serial:04d}", WHOLESALE: f"B2B-{serial:05d}"}[
        channel
    ]


def demand_of(planned: Sequence[Planned]) -> Counter[str]:
    """Return how many units of each SKU the planned orders ask for."""
    asked: Counter[str] = Counter()
    for order in planned:
        for sku, quantity, _, _ in order.lines:
            asked[sku] += quantity
    return asked
