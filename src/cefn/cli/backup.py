"""Write the whole database and its stored files to one file, as they are at one moment, while work goes on.

The key file of CEFN_HOME is not in it: keep that apart, or stored passwords of carriers and channels must be entered
again after a restore. Exit 0 written; 1 refused, or written without stored files whose content is missing."""

import argparse
import json
import sys
from pathlib import Path

from cefn.cli.main import DONE, REFUSED
from cefn.platform.backup import BackupReport, backup_write

EXAMPLE = "cefn backup cefn-2026-01-31.tar"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE if it is there")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")


def progress_show(at: int, count: int, name: str) -> None:
    """Show on a terminal how far long work has got."""
    if sys.stderr.isatty():
        end = "" if at < count else "\r\033[K"
        print(f"\r\033[K{at}/{count} {name}", end=end, file=sys.stderr, flush=True)


def report_show(report: BackupReport) -> None:
    """Say in words what was written."""
    print(f"Wrote {report.path}: {report.rows} rows of {report.tables} tables, {report.files} files,"
          f" {report.size_bytes / (1 << 20):.1f} MiB.")  # fmt: skip
    for sha256 in report.missing_files:
        print(f"cefn backup: the content of the stored file {sha256} is missing or damaged", file=sys.stderr)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    report = backup_write(path=options.file.absolute(), overwrite=options.overwrite, progress=progress_show)
    if options.json:
        facts = {"file": str(report.path), "rows": report.rows, "tables": report.tables, "files": report.files,
                 "bytes": report.size_bytes, "missing_files": list(report.missing_files)}  # fmt: skip
        print(json.dumps(facts))
    else:
        report_show(report)
    return REFUSED if report.missing_files else DONE
