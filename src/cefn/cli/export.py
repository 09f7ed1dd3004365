"""Write products, stock, customers, suppliers or orders to a file that can be imported again.

CSV cells that a spreadsheet program would compute get a single quote before them; XLSX cells are all texts.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from cefn.channels.exports import EXPORTS, export_write
from cefn.channels.tables.writers import WRITERS
from cefn.cli.companies import company_named
from cefn.platform.actors import system_actor

EXAMPLE = "cefn export stock --format xlsx -o stock.xlsx"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("kind", metavar="KIND", help=", ".join(EXPORTS))
    parser.add_argument("--format", choices=list(WRITERS), help="default: as the file is called, else csv")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument("--company", metavar="CODE", help="which company (not needed where there is only one)")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object (with -o)")


def run(options: argparse.Namespace) -> int:
    """Run the command; exit 0 when written."""
    actor = system_actor(company_named(options.company).id, "cli")
    ending = options.output.suffix.removeprefix(".") if options.output else ""
    kind = options.format or (ending if ending in WRITERS else "csv")
    if options.output is None:
        with tempfile.TemporaryFile() as stream:
            export_write(actor=actor, kind=options.kind, format=kind, stream=stream)
            stream.seek(0)
            while block := stream.read(1 << 20):
                sys.stdout.buffer.write(block)
        return 0
    with tempfile.NamedTemporaryFile(dir=options.output.resolve().parent, delete=False) as stream:
        path = Path(stream.name)
        try:
            rows = export_write(actor=actor, kind=options.kind, format=kind, stream=stream)
        except BaseException:
            path.unlink()
            raise
    path.chmod(0o644)
    path.replace(options.output)
    if options.json:
        print(json.dumps({"kind": options.kind, "format": kind, "rows": rows, "file": str(options.output)}))
    return 0
