"""The simulated carrier's own computer: its tariff, its labels, its parcels. It knows nothing of us.

State lives in an SQLite file (or in memory), so that several processes see one carrier and a restart forgets nothing.
Faults can be planted to happen at the next calls, as real carriers have them:

    refuse            says no (bad address)
    time_out          never hears the request
    charge_then_silence   does the work, then the answer is lost
    server_error      answers 500 and does nothing
    charge_then_error does the work and answers 500
    twice             the network delivers the request two times
    nonsense          answers with something that is not JSON
    slow              answers, but late
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cefn.kernel import clock
from cefn.platform.papers.gs1 import check_digit

FAULTS = (
    "refuse",
    "time_out",
    "charge_then_silence",
    "server_error",
    "charge_then_error",
    "twice",
    "nonsense",
    "slow",
)
HOME_COUNTRY = "GB"


@dataclass(frozen=True, slots=True)
class Tariff:
    """A service: pence for the parcel, pence a started kilogram, most grams, days on the way, where it goes."""

    name: str
    base_minor: int
    per_kg_minor: int
    weight_most_g: int
    days: int
    is_abroad: bool = False


TARIFFS: dict[str, Tariff] = {
    "TRACKED48": Tariff("Tracked 48", 295, 60, 20_000, 2),
    "TRACKED24": Tariff("Tracked 24", 395, 75, 20_000, 1),
    "NEXTDAY": Tariff("Next Day by 1pm", 695, 120, 30_000, 1),
    "INTL": Tariff("International Tracked", 1_150, 480, 20_000, 6, is_abroad=True),
}

_TABLES = """
CREATE TABLE IF NOT EXISTS labels (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, tracking TEXT, cost_minor INTEGER NOT NULL, is_voided INTEGER DEFAULT 0,
    manifest TEXT, request TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS labels_by_key ON labels (key);
CREATE UNIQUE INDEX IF NOT EXISTS labels_by_tracking ON labels (tracking);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, tracking TEXT NOT NULL, code TEXT NOT NULL, description TEXT NOT NULL, place TEXT NOT NULL,
    happened_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS manifests (key TEXT PRIMARY KEY, reference TEXT NOT NULL, tracking TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, operation TEXT NOT NULL, fault TEXT NOT NULL);
"""


class DepotRefusal(Exception):
    """The carrier says no; the text says why."""


class Depot:
    """A carrier. `honours_keys` tells whether a purchase repeated under the same key is charged once, or again.

    All amounts are pence. Safe to share between threads; between processes with `path`.
    """

    def __init__(self, path: str = ":memory:", *, honours_keys: bool = True) -> None:
        self.honours_keys = honours_keys
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, check_same_thread=False, timeout=20, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def fault_plant(self, operation: str, fault: str) -> None:
        """Let `fault` happen at the next call of `operation` (rates, buy, find, void, track, manifest)."""
        if fault not in FAULTS:
            raise ValueError(f"{fault!r} is not one of {', '.join(FAULTS)}")
        with self._writing() as database:
            database.execute("INSERT INTO faults (operation, fault) VALUES (?, ?)", (operation, fault))

    def fault_take(self, operation: str) -> str:
        """Return the oldest fault planted for `operation` and forget it; an empty text when none."""
        with self._writing() as database:
            row = database.execute(
                "DELETE FROM faults WHERE id = (SELECT min(id) FROM faults WHERE operation = ?) RETURNING fault",
                (operation,),
            ).fetchone()
        return str(row["fault"]) if row else ""

    def rates(self, *, country: str, weights_g: Sequence[int]) -> list[dict[str, Any]]:
        """Return the offers of all services that go there and take these weights, cheapest first."""
        offers = [
            {
                "service_code": code,
                "service_name": tariff.name,
                "cost_minor": sum(self._cost(tariff, weight) for weight in weights_g),
                "currency": "GBP",
                "transit_days": tariff.days,
            }
            for code, tariff in TARIFFS.items()
            if tariff.is_abroad == (country != HOME_COUNTRY) and max(weights_g) <= tariff.weight_most_g
        ]
        return sorted(offers, key=lambda offer: (offer["cost_minor"], offer["service_code"]))

    @staticmethod
    def _cost(tariff: Tariff, weight_g: int) -> int:
        return tariff.base_minor + tariff.per_kg_minor * -(-weight_g // 1000)

    def _tariff(self, request: Mapping[str, Any]) -> Tariff:
        tariff = TARIFFS.get(request["service_code"])
        receiver, weight = request["receiver"], request["parcel"]["weight_g"]
        if tariff is None:
            raise DepotRefusal(f"service {request['service_code']} is not offered")
        if not receiver["postcode"]:
            raise DepotRefusal("the receiver's postcode is missing")
        if tariff.is_abroad != (receiver["country"] != HOME_COUNTRY):
            raise DepotRefusal(f"{tariff.name} does not go to {receiver['country'] or 'an unknown country'}")
        if not 0 < weight <= tariff.weight_most_g:
            raise DepotRefusal(f"{weight} g is not between 1 and {tariff.weight_most_g} g")
        return tariff

    def buy(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Charge for a label and return it; DepotRefusal says why not."""
        tariff = self._tariff(request)
        with self._writing() as database:
            if self.honours_keys:
                row = database.execute("SELECT * FROM labels WHERE key = ?", (request["key"],)).fetchone()
                if row:
                    return self._label(row)
            cursor = database.execute(
                "INSERT INTO labels (key, cost_minor, request) VALUES (?, ?, ?)",
                (request["key"], self._cost(tariff, request["parcel"]["weight_g"]), json.dumps(request)),
            )
            tracking = tracking_number(int(cursor.lastrowid or 0))
            row = database.execute(
                "UPDATE labels SET tracking = ? WHERE id = ? RETURNING *", (tracking, cursor.lastrowid)
            ).fetchone()
            self._event(database, tracking, "announced", "We have been told of this parcel")
            return self._label(row)

    @staticmethod
    def _label(row: sqlite3.Row) -> dict[str, Any]:
        return {
            "key": row["key"],
            "tracking_number": row["tracking"],
            "reference": f"L{row['id']}",
            "cost_minor": row["cost_minor"],
            "currency": "GBP",
            "is_voided": bool(row["is_voided"]),
            "request": json.loads(row["request"]),
        }

    def find(self, key: str) -> dict[str, Any] | None:
        """Return the first label that this key has bought; None when there is none."""
        with self._lock:
            row = self._database.execute("SELECT * FROM labels WHERE key = ? ORDER BY id", (key,)).fetchone()
        return self._label(row) if row else None

    def void(self, tracking: str) -> None:
        """Give the money back; DepotRefusal once the parcel was handed over or when it is unknown."""
        with self._writing() as database:
            row = database.execute("SELECT * FROM labels WHERE tracking = ?", (tracking,)).fetchone()
            if row is None:
                raise DepotRefusal(f"{tracking} is unknown")
            if row["manifest"]:
                raise DepotRefusal(f"{tracking} was handed over already")
            database.execute("UPDATE labels SET is_voided = 1 WHERE id = ?", (row["id"],))

    @staticmethod
    def _event(database: sqlite3.Connection, tracking: str, code: str, description: str, place: str = "") -> None:
        database.execute(
            "INSERT INTO events (tracking, code, description, place, happened_at) VALUES (?, ?, ?, ?, ?)",
            (tracking, code, description, place, clock.now().isoformat()),
        )

    def advance(self, tracking: str, code: str, description: str = "", place: str = "") -> None:
        """Let something happen to a parcel."""
        with self._writing() as database:
            self._event(database, tracking, code, description or code.replace("_", " "), place)

    def track(self, tracking_numbers: Sequence[str]) -> list[dict[str, Any]]:
        """Return all events of these parcels, oldest first."""
        marks = ", ".join("?" * len(tracking_numbers))
        with self._lock:
            rows = self._database.execute(
                f"SELECT * FROM events WHERE tracking IN ({marks}) ORDER BY id",  # noqa: S608 - marks are "?"
                tuple(tracking_numbers),
            ).fetchall()
        return [
            {
                "event_id": f"E{row['id']}",
                "tracking_number": row["tracking"],
                "code": row["code"],
                "description": row["description"],
                "place": row["place"],
                "happened_at": row["happened_at"],
            }
            for row in rows
        ]

    def manifest(self, key: str, tracking_numbers: Sequence[str]) -> dict[str, Any]:
        """Take parcels over; DepotRefusal for one that is unknown, voided, or on another manifest."""
        with self._writing() as database:
            row = database.execute("SELECT * FROM manifests WHERE key = ?", (key,)).fetchone()
            if row is None:
                for tracking in tracking_numbers:
                    taken = database.execute(
                        "UPDATE labels SET manifest = ? WHERE tracking = ? AND manifest IS NULL AND is_voided = 0",
                        (key, tracking),
                    )
                    if taken.rowcount != 1:
                        raise DepotRefusal(f"{tracking} can't be handed over")
                    self._event(database, tracking, "collected", "Collected from the sender")
                count = database.execute("SELECT count(*) FROM manifests").fetchone()[0]
                row = database.execute(
                    "INSERT INTO manifests VALUES (?, ?, ?) RETURNING *",
                    (key, f"M{count + 1:05d}", json.dumps(list(tracking_numbers))),
                ).fetchone()
            return {"key": key, "reference": row["reference"], "tracking_numbers": json.loads(row["tracking"])}

    def charged_minor(self) -> int:
        """Return all that the sender owes: labels bought and not given back."""
        with self._lock:
            row = self._database.execute("SELECT coalesce(sum(cost_minor), 0) FROM labels WHERE is_voided = 0")
            return int(row.fetchone()[0])

    def label_count(self) -> int:
        """Return how many labels were ever charged, given back or not."""
        with self._lock:
            return int(self._database.execute("SELECT count(*) FROM labels").fetchone()[0])


def tracking_number(serial: int) -> str:
    """Return a tracking number with a check digit, in the shape of the postal union's S10: CY000000018GB."""
    digits = f"{serial:08d}"
    return f"CY{digits}{check_digit(digits)}GB"
