"""Fill an empty database with a demo shop: a made-up Welsh gift shop with ninety days of orders in all states.

The same seed gives the same shop for the same moment. The password of all its log-ins is shown once.
"""

import argparse
import json
import sys
import time

from django.utils.translation import gettext as _

from cefn.flows.demo.make import ORDERS, SEED, demo_create
from cefn.flows.demo.parcels import labels_print
from cefn.kernel import sql
from cefn.platform.actors import system_actor

EXAMPLE = "cefn demo --orders 1500 --seed 1536"
BAR_WIDTH = 30
ORDERS_MOST = 200_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"what chance begins with (default {SEED})")
    parser.add_argument(
        "--orders", type=_orders, default=ORDERS, metavar="N", help=f"how many orders (default {ORDERS})"
    )
    parser.add_argument(
        "--password", default="", help="the password of the demo's log-ins (default: a new one, shown once)"
    )
    parser.add_argument("--force", action="store_true", help="make it a further company in a database that has one")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def _orders(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= ORDERS_MOST):
        raise argparse.ArgumentTypeError(_("give a whole number from 1 to %(most)s") % {"most": ORDERS_MOST})
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Make the demo shop; exit 0 when done."""
    began = time.monotonic()
    shows = sys.stderr.isatty() and not options.json
    made = demo_create(
        seed=options.seed, orders=options.orders, password=options.password, is_forced=options.force,
        report=_bar if shows else None,
    )  # fmt: skip
    labels_print(system_actor(made.company_id, "cli"))
    # Without statistics the planner reads whole tables for a question about a few rows.
    sql.run("ANALYZE")
    seconds = time.monotonic() - began
    facts = {
        "company": made.company_code, "email": made.owner_email, "password": made.password, "orders": made.orders,
        "seconds": round(seconds, 1),
    }  # fmt: skip
    if options.json:
        print(json.dumps(facts))
        return 0
    print(_("The demo shop is ready: %(orders)s orders in %(seconds)s s.") % facts)
    print(_("Log in as %(email)s with the password %(password)s (shown this once).") % facts)
    return 0


def _bar(done: int, whole: int) -> None:
    filled = BAR_WIDTH * done // whole
    end = "\n" if done == whole else ""
    print(f"\r{'█' * filled}{'·' * (BAR_WIDTH - filled)} {done}/{whole}", end=end, file=sys.stderr, flush=True)
