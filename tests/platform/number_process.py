"""Takes numbers in a process of its own, for tests of races: `python -m tests.platform.number_process COMPANY TIMES`.

Every third transaction is rolled back after it took its numbers; every fifth takes three.
"""

import sys

import django

django.setup()

from cefn.kernel.transactions import run_whole  # noqa: E402
from cefn.platform.actors import system_actor  # noqa: E402
from cefn.platform.audit import AuditDraft, audit_record  # noqa: E402
from cefn.platform.numbering import numbers_take  # noqa: E402


class RolledBackError(Exception):
    """The document was not to be, after all."""


def document(company_id: int, turn: int) -> None:
    """Post one document with its numbers, or change one's mind after taking them."""
    count = 3 if turn % 5 == 0 else 1
    numbers = numbers_take(company_id=company_id, series="invoice", count=count)
    audit_record(actor=system_actor(company_id), events=[AuditDraft(f"invoice:{one}", "posted") for one in numbers])
    if turn % 3 == 0:
        raise RolledBackError


def main() -> None:
    """Take numbers so many times, beginning when told to."""
    company_id, times = int(sys.argv[1]), int(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(times):
        try:
            run_whole(lambda: document(company_id, turn))  # noqa: B023
        except RolledBackError:
            continue


if __name__ == "__main__":
    main()
