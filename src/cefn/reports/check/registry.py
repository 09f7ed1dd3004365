"""All invariants, and the run that looks at them in one unchanging view of the database."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cefn.kernel import clock, sql
from cefn.kernel.snapshot import snapshot
from cefn.platform.audit_chain import audit_head
from cefn.reports.check.money import MONEY
from cefn.reports.check.orders import ORDERS
from cefn.reports.check.platform import PLATFORM
from cefn.reports.check.probe import Break, Invariant, Probe, Scope
from cefn.reports.check.references import REFERENCES
from cefn.reports.check.stock import STOCK

INVARIANTS: tuple[Invariant, ...] = tuple(
    sorted((*STOCK, *MONEY, *ORDERS, *PLATFORM, *REFERENCES), key=lambda invariant: invariant.id)
)
OK, WARNING, VIOLATED = "ok", "warning", "violated"

Progress = Callable[[int, int, str], None]
"""Called before each invariant with its place, how many there are, and its id."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The breaks of one probe: how many, and the first ones."""

    probe: Probe
    count: int
    breaks: Sequence[Break]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one invariant; `status` is "ok", "warning" or "violated"."""

    invariant: Invariant
    listed: tuple[Listed, ...]
    seconds: float

    @property
    def violations(self) -> int:
        return sum(listed.count for listed in self.listed if not listed.probe.is_warning)

    @property
    def status(self) -> str:
        if self.violations:
            return VIOLATED
        return WARNING if self.listed else OK


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a whole run found. `heads` are the ends of the audit chains by company code, to be kept elsewhere."""

    results: tuple[Result, ...]
    heads: dict[str, str]
    companies: dict[int, str]
    checked_at: datetime
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is violated; warnings don't count."""
        return not any(result.violations for result in self.results)

    @property
    def violated(self) -> list[str]:
        """Return the ids of the violated invariants, in order."""
        return [result.invariant.id for result in self.results if result.violations]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON; identifiers are texts."""
        return {
            "clean": self.is_clean,
            "seconds": round(self.seconds, 3),
            "checked_at": self.checked_at.astimezone(UTC).isoformat(),
            "audit_heads": self.heads,
            "invariants": [self._result_json(result) for result in self.results],
        }

    def _result_json(self, result: Result) -> dict[str, Any]:
        return {
            "id": result.invariant.id,
            "title": str(result.invariant.title),
            "status": result.status,
            "violations": result.violations,
            "warnings": sum(listed.count for listed in result.listed if listed.probe.is_warning),
            "seconds": round(result.seconds, 3),
            "rows": [
                {
                    "probe": listed.probe.code,
                    "problem": str(listed.probe.sentence),
                    "company": self.companies.get(found.company_id or 0, ""),
                    "subject": found.subject,
                    "id": str(found.row_id),
                    "expected": found.expected,
                    "found": found.found,
                }
                for listed in result.listed
                for found in listed.breaks
            ],
        }


def check_run(
    company_id: int | None = None,
    since: datetime | None = None,
    *,
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> CheckReport:
    """Prove the invariants on this database; returns what was found, and writes nothing.

    `company_id` keeps to one company. `since` keeps checks over documents to those made from then on; balances are
    always read whole. `only` names invariants by id, in place of all of them.
    """
    started = time.perf_counter()
    scope = Scope(company_id=company_id, since=since, now=clock.now())
    chosen = [invariant for invariant in INVARIANTS if not only or invariant.id in only]
    results = []
    with snapshot():
        companies = {int(key): code for key, code in sql.fetch("SELECT id, code FROM platform_company ORDER BY id")}
        for at, invariant in enumerate(chosen):
            if progress:
                progress(at, len(chosen), invariant.id)
            results.append(_look(invariant, scope))
        heads = {code: audit_head(key) for key, code in companies.items() if company_id in (None, key)}
    if progress:
        progress(len(chosen), len(chosen), "")
    return CheckReport(tuple(results), heads, companies, scope.now, time.perf_counter() - started)


def _look(invariant: Invariant, scope: Scope) -> Result:
    started = time.perf_counter()
    listed = []
    for probe in invariant.probes:
        found = probe.look(scope)
        if found.count:
            listed.append(Listed(probe, found.count, found.breaks))
    return Result(invariant, tuple(listed), time.perf_counter() - started)
