"""Take back a whole import by compensating documents: orders cancelled, adjustments reversed, products archived.

What can't be taken back because something later depends on it is named, and nothing is undone.
"""

import argparse
import json

from cefn.channels.selectors import import_get
from cefn.cli.companies import company_named
from cefn.flows.imports.undoing import imports_undo
from cefn.platform.actors import system_actor

EXAMPLE = "cefn undo IMP-000012"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("number", metavar="IMPORT-ID", help="the number of the import, e.g. IMP-000012")
    parser.add_argument("--company", metavar="CODE", help="which company (not needed where there is only one)")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def run(options: argparse.Namespace) -> int:
    """Run the command; exit 0 when undone."""
    actor = system_actor(company_named(options.company).id, "cli")
    run_ = imports_undo(actor=actor, run=import_get(actor=actor, key=options.number))
    documents = run_.documents.count()
    if options.json:
        print(json.dumps({"import": run_.number, "state": run_.state, "documents": documents}))
    else:
        print(f"{run_.number}  {run_.get_state_display()}  {documents:,}")
    return 0
