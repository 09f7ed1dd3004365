"""Run background jobs: imports, mails, channel updates, schedules. Any number of workers may run on PostgreSQL.

The first interrupt lets the jobs in hand finish; a second one leaves at once, and another worker takes them up again
when their lease ends.
"""

import argparse
import os
import signal
import sys
import threading
from types import FrameType

from cefn.flows.wiring import JOBS
from cefn.platform import jobs

EXAMPLE = "cefn worker --concurrency 2"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--concurrency", type=int, default=1, metavar="N", help="jobs at the same time (default 1)")
    parser.add_argument(
        "--stop-on-eof", action="store_true", help="stop when standard input ends, so as not to outlive its parent"
    )


def _watch_input(stop: threading.Event) -> None:
    # Read past Python's buffer: a thread that holds its lock at the end would abort the whole process.
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()


def run(options: argparse.Namespace) -> int:
    """Run the command until a signal; exit 0 after a graceful stop."""
    if options.concurrency < 1:
        print("cefn worker: --concurrency must be at least 1.", file=sys.stderr)
        return 2
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    if options.stop_on_eof:
        threading.Thread(target=_watch_input, args=(stop,), name="stdin", daemon=True).start()
    jobs.handlers_register(JOBS)
    jobs.worker_run(stop=stop, concurrency=options.concurrency)
    return 0
