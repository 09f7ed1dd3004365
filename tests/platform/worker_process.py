"""A real worker in a process of its own, for tests that kill it: `python -m tests.platform.worker_process SECONDS`.

`tests.note` writes one audit event in the job's own transaction; `tests.slow_note` does so after a pause, so that
kills meet it in the middle; `tests.outside` writes to a folder, which no rollback takes back, under the job's key.
"""

import signal
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

from cefn.platform.audit import AuditDraft, audit_record  # noqa: E402
from cefn.platform.jobs import JobHandler, JobRun, Worker, handlers_register  # noqa: E402


def note(run: JobRun) -> None:
    """Write one event; a second one for the same job would show."""
    audit_record(actor=run.actor, events=[AuditDraft(run.unique_key, "noted", {"attempt": run.attempt})])


def slow_note(run: JobRun) -> None:
    """Write one event, then be slow before the commit."""
    note(run)
    time.sleep(0.1)


def outside(run: JobRun) -> dict[str, bool]:
    """Do something outside of the database that is safe to repeat: it looks before it acts."""
    target = Path(run.payload["folder"]) / run.unique_key
    known = target.exists()
    if not known:
        time.sleep(0.02)
        with (Path(run.payload["folder"]) / "log").open("a") as log:
            log.write(f"{run.unique_key}\n")
        target.touch()
    return {"known": known}


def main() -> None:
    """Work until told to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    handlers_register(
        {
            "tests.note": JobHandler(note),
            "tests.slow_note": JobHandler(slow_note),
            "tests.outside": JobHandler(outside, atomic=False),
        }
    )
    print("ready", flush=True)
    Worker(stop=stop, concurrency=int(sys.argv[2]), lease_seconds=int(sys.argv[1]), poll_seconds=0.05).run()


if __name__ == "__main__":
    main()
