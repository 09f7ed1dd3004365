"""The demo shop's story, from the opening stock ninety days ago to this morning's half-done work."""

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cefn.flows.demo.desk import (
    Desk,
    blind_return_take,
    holds_review,
    money_take,
    orders_take,
    parcels_arrive,
    returns_take,
    wholesale_due,
)
from cefn.flows.demo.errors import DemoNotEmpty
from cefn.flows.demo.floor import (
    Floor,
    ready_shipments,
    stock_correct,
    wave_pack,
    wave_pick,
    wave_release,
    wave_ship,
)
from cefn.flows.demo.plan import DAYS, OPEN_HOLD_DAYS, ZONE, Planned, demand_of, local, orders_planned
from cefn.flows.demo.shop import (
    Shop,
    low_stock_marks,
    owner_email,
    scene,
    shop_open,
    stock_join,
    stock_open,
)
from cefn.inventory.models import StockLevel
from cefn.kernel import clock
from cefn.kernel.transactions import run_whole
from cefn.platform.models import Company

CUSTOMERS = 350
ORDERS = 1_500
SEED = 1536
JOIN_DAYS_AGO = 44
SHORT_DAYS_AGO = (61, 27, 9)
FORGET_DAYS = 4

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMade:
    """What was made: the company, how its owner logs in, and how much there is."""

    company_id: int
    company_code: str
    owner_email: str
    password: str
    orders: int


def demo_create(
    *, seed: int = SEED, orders: int = ORDERS, password: str = "", now: datetime | None = None, is_forced: bool = False,
    report: Report | None = None,
) -> DemoMade:  # fmt: skip
    """Make the demo shop in an empty database, whole or not at all, and return how to log in.

    The same seed, number of orders and moment (`now`, UTC) give the same shop. `report(done, all)` hears of each day.
    Raises DemoNotEmpty when there is a company already, unless `is_forced`.
    """
    held = Company.objects.order_by("id").first()
    if held is not None and not is_forced:
        raise DemoNotEmpty(name=held.name)
    code = "cefn" if held is None else f"cefn-{secrets.token_hex(3)}"
    secret = password or secrets.token_urlsafe(12)
    moment = (now or clock.now()).astimezone(ZONE)
    company_id, count = run_whole(
        lambda: _story(seed=seed, orders=orders, code=code, password=secret, now=moment, report=report)
    )
    return DemoMade(
        company_id=company_id, company_code=code, owner_email=owner_email(code), password=secret, orders=count
    )


def _story(
    *, seed: int, orders: int, code: str, password: str, now: datetime, report: Report | None
) -> tuple[int, int]:
    """Tell the whole story; chance begins anew each time, so that a second telling is the same."""
    dice = random.Random(seed)  # noqa: S311
    drawn = scene(dice, CUSTOMERS)
    planned = orders_planned(dice, now=now, count=orders, goods=drawn.goods, persons=drawn.persons)
    today = now.date()
    demand = demand_of(planned)
    low_stock_marks(drawn, demand, DAYS)
    with clock.standing_at(local(today - timedelta(days=DAYS), 8)):
        shop = shop_open(drawn, code=code, password=password)
        stock_open(dice, shop, demand)
    desk, floor = Desk(shop, dice), Floor(shop, dice)
    queue = _Queue(iter(planned))
    for ago in range(DAYS - 1, 0, -1):
        day = today - timedelta(days=ago)
        _day(desk, floor, queue, day, ago)
        if ago == JOIN_DAYS_AGO:
            with clock.standing_at(local(day, 17, 30)):
                stock_join(dice, shop, demand, _empty(shop))
        if report:
            report(DAYS - ago, DAYS)
    _this_day(desk, floor, queue, now)
    if report:
        report(DAYS, DAYS)
    return shop.machine.company_id, len(planned)


class _Queue:
    """Planned orders, taken as their moments pass."""

    def __init__(self, orders: Iterator[Planned]) -> None:
        self._orders = orders
        self._next: Planned | None = next(orders, None)

    def until(self, moment: datetime) -> list[Planned]:
        taken: list[Planned] = []
        while self._next is not None and self._next.placed_at <= moment:
            taken.append(self._next)
            self._next = next(self._orders, None)
        return taken


@contextmanager
def _at(day: date, hour: int, minute: int = 0) -> Iterator[datetime]:
    moment = local(day, hour, minute)
    with clock.standing_at(moment):
        yield moment


def _day(desk: Desk, floor: Floor, queue: _Queue, day: date, ago: int) -> None:
    """One day of work; on Sundays the channels sell and nobody works."""
    works = day.weekday() != 6
    _orders_come(desk, queue, day, 8, 55)
    if works:
        _office(desk, day, ago)
    _orders_come(desk, queue, day, 11, 55)
    if works:
        _orders_come(desk, queue, day, 14, 2)
        _warehouses(desk, floor, day, ago)
    _orders_come(desk, queue, day, 17, 55)


def _orders_come(desk: Desk, queue: _Queue, day: date, hour: int, minute: int) -> None:
    with _at(day, hour, minute) as moment:
        orders_take(desk, queue.until(moment), day)


def _office(desk: Desk, day: date, ago: int) -> None:
    with _at(day, 9, 20):
        parcels_arrive(desk, day)
        if ago >= OPEN_HOLD_DAYS:
            holds_review(desk, local(day, 0))
    with _at(day, 10, 5):
        returns_take(desk, day)
        if ago % 11 == 5:
            blind_return_take(desk, day)
    with _at(day, 10, 40):
        money_take(desk, day)


def _warehouses(desk: Desk, floor: Floor, day: date, ago: int) -> None:
    with _at(day, 14, 10):
        chosen = ready_shipments(floor)
        if ago <= FORGET_DAYS:
            missed = {key for key in chosen if floor.dice.randrange(100) < (40 if ago == 1 else 8)}
            chosen = [key for key in chosen if key not in missed]
            if ago > 1:
                floor.left |= missed
        wave_release(floor, chosen)
    with _at(day, 15, 5):
        wave_pick(floor, chosen, shorts=1 if ago in SHORT_DAYS_AGO else 0)
    with _at(day, 15, 50):
        packed = wave_pack(floor, chosen)
    with _at(day, 16, 40):
        wave_ship(floor, packed)
        wholesale_due(desk, day)
        if day.weekday() in {1, 4}:
            stock_correct(floor, day)


def _this_day(desk: Desk, floor: Floor, queue: _Queue, now: datetime) -> None:
    """Today, as far as it has come: some parcels have left, others stand packed, picked, half picked, released."""
    today = now.date()
    steps = iter(now - timedelta(minutes=ago) for ago in (50, 44, 38, 30, 24, 16, 8, 1))

    with clock.standing_at(next(steps)):
        orders_take(desk, queue.until(clock.now()), today)
    with clock.standing_at(next(steps)):
        parcels_arrive(desk, today)
        money_take(desk, today)
        returns_take(desk, today)
    with clock.standing_at(next(steps)):
        chosen = ready_shipments(floor)
        floor.dice.shuffle(chosen)
        at_work = chosen[: len(chosen) * 2 // 3]
        wave_release(floor, at_work)
    quarter = max(1, len(at_work) // 4)
    with clock.standing_at(next(steps)):
        wave_pick(floor, at_work[: 2 * quarter])
        wave_pick(floor, at_work[2 * quarter : 3 * quarter], shorts=1)
        wave_pick(floor, at_work[3 * quarter :], most=2)
    with clock.standing_at(next(steps)):
        packed = wave_pack(floor, at_work[: 2 * quarter])
    with clock.standing_at(next(steps)):
        wave_ship(floor, packed[: len(packed) // 2])
    with clock.standing_at(next(steps)):
        wholesale_due(desk, today)
        stock_correct(floor, today)
    with clock.standing_at(next(steps)):
        orders_take(desk, queue.until(now), today)


def _empty(shop: Shop) -> list[str]:
    """Return the SKUs of which nothing is free any more."""
    free: dict[int, int] = {}
    for variant, on_hand, allocated in StockLevel.objects.filter(company_id=shop.machine.company_id).values_list(
        "variant_id", "on_hand", "allocated"
    ):
        free[variant] = free.get(variant, 0) + on_hand - allocated
    return [ware.sku for ware in shop.goods if free.get(shop.variant_ids[ware.sku], 0) <= 1]
