"""Move everything from this database (DATABASE_URL) into another, empty one, and prove the result.

Stop the web and worker processes first: what they write after the reading began stays behind. The old database is left
as it is. Exit codes as of restore."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from cefn.cli.backup import progress_show
from cefn.cli.main import DONE
from cefn.platform.backup import backup_write

EXAMPLE = "cefn move-database postgresql://cefn@/cefn?host=/var/run/postgresql"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "url", metavar="URL", help="where to: sqlite:////path/cefn.sqlite3 or postgresql://user@host/name"
    )
    parser.add_argument("--yes-replace", action="store_true", help="throw away what the other database holds")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    with tempfile.TemporaryDirectory(prefix="moving-", dir=settings.CEFN_HOME) as folder:
        file = Path(folder) / "database.tar"
        backup_write(path=file, progress=progress_show)
        command = [sys.executable, "-m", "cefn", "restore", str(file)]
        command += ["--yes-replace"] * options.yes_replace + ["--json"] * options.json
        code = subprocess.run(command, env=os.environ | {"DATABASE_URL": options.url}, check=False).returncode  # noqa: S603
    if code == DONE and not options.json:
        print("Now set DATABASE_URL to the new address and start the web and worker processes.")
    return code
