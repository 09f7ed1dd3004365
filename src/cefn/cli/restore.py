"""Put a backup into an empty database, of either kind, and prove the result.

The file is read to its end and every hash checked before anything is changed. Exit 0 restored and clean, 1 refused or
restored with violations, 2 could not run."""

import argparse
import json
from pathlib import Path

from cefn.cli.backup import progress_show
from cefn.cli.main import DONE, REFUSED
from cefn.cli.migrate import database_folder_make
from cefn.platform.backup import backup_open, backup_restore
from cefn.reports.check import check_run

EXAMPLE = "cefn restore cefn-2026-01-31.tar"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that cefn backup wrote")
    parser.add_argument("--yes-replace", action="store_true", help="throw away what the database holds")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    database_folder_make()
    backup = backup_open(path=options.file.absolute())
    report = backup_restore(backup=backup, replace=options.yes_replace, progress=progress_show)
    check = check_run()
    different = sorted(code for code, head in report.audit_heads.items() if check.heads.get(code) != head)
    is_good = check.is_clean and not report.missing_files and not different
    if options.json:
        facts = {
            "rows": report.rows, "tables": report.tables, "files": report.files, "clean": check.is_clean,
            "violated": check.violated, "missing_files": list(report.missing_files), "other_heads": different,
        }  # fmt: skip
        print(json.dumps(facts))
        return DONE if is_good else REFUSED
    print(f"Restored {report.rows} rows of {report.tables} tables and {report.files} files.")
    violated = ", ".join(check.violated)
    print(f"Violated: {violated}; see `cefn check`." if violated else "Clean: every invariant holds.")
    for sha256 in report.missing_files:
        print(f"The backup was made without the content of the stored file {sha256}.")
    for code in different:
        print(f"The audit log of {code} ends elsewhere than it did when the backup was made.")
    return DONE if is_good else REFUSED
