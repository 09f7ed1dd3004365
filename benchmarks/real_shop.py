"""The main job on a real shop's history: stock, orders, shipments, invoices, payments, returns, write-offs, books.

    python benchmarks/real_shop.py DATA_DIR [--months 2010-12..2011-08] [--database URL] [--json]

DATA_DIR holds online_retail_YYYY-MM.csv.gz files. Without --database a new SQLite file in a temporary folder is used.
The last line is one JSON object; the exit code is 0 if stock and books are clean, 1 if not.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import django


def arguments() -> argparse.Namespace:
    """Return the command line, parsed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--months", default="", help="2010-12..2011-08, or one month; all without it")
    parser.add_argument("--database", default="", help="sqlite:///FILE or postgresql://...; must be new or migrated")
    parser.add_argument("--json", action="store_true", help="print nothing but the result")
    return parser.parse_args()


def prepare(url: str) -> None:
    """Point Cefn at a database and bring it up to date."""
    home = Path(tempfile.mkdtemp(prefix="cefn-real-shop-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cefn.config.settings")
    os.environ["CEFN_HOME"] = str(home)
    os.environ["DATABASE_URL"] = url or f"sqlite:///{home / 'shop.sqlite3'}"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def main() -> int:
    """Run the job and print the result."""
    options = arguments()
    prepare(options.database)
    from cefn.flows.history.run import history_run

    def say(text: str) -> None:
        if not options.json:
            print(text, file=sys.stderr, flush=True)

    started = time.perf_counter()
    result = history_run(folder=options.data, months=options.months, say=say)
    result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result["total_seconds"] = round(time.perf_counter() - started, 2)
    print(json.dumps(result))
    return 0 if result["check"] == "clean" else 1


if __name__ == "__main__":
    sys.exit(main())
