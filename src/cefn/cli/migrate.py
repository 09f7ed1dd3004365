"""Create the database, or bring its tables up to date. Safe to run at any time; it changes only what is missing."""

import argparse
import json
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

EXAMPLE = "cefn migrate"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "--plan", action="store_true", help="show what would be done, and change nothing (exit 1 if any)"
    )
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")


def database_folder_make() -> None:
    """Make the folder of a SQLite database; without it SQLite only says that it can't open the file."""
    if connection.vendor == "sqlite":
        Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)


def migrations_waiting() -> list[str]:
    """Return the migrations not yet applied, as `app.name`, in order."""
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    return [f"{migration.app_label}.{migration.name}" for migration, _ in executor.migration_plan(targets)]


def migrations_apply(*, verbosity: int = 0) -> list[str]:
    """Apply what is waiting and return it; an empty list means that nothing was to be done."""
    database_folder_make()
    waiting = migrations_waiting()
    if waiting:
        call_command("migrate", verbosity=verbosity, interactive=False)
    return waiting


def run(options: argparse.Namespace) -> int:
    """Run the command; exit 0 when up to date, 1 when --plan found something waiting."""
    database_folder_make()
    if options.plan:
        waiting = migrations_waiting()
        for name in waiting if not options.json else []:
            print(name)
    else:
        waiting = migrations_apply()
    if options.json:
        print(json.dumps({"waiting" if options.plan else "applied": waiting}))
    elif not waiting:
        print("The database is up to date.")
    elif not options.plan:
        print(f"Applied {len(waiting)} migrations.")
    return 1 if options.plan and waiting else 0
