"""The command `cefn`: finds the sub-command in one table and loads only that one's module.

A command is a module with

    EXAMPLE                   one line that works when pasted
    arguments(parser)         adds its arguments to an argparse parser
    run(options) -> int       does the work and returns the exit code

Exit codes: 0 done; 1 done, and something was found wrong or refused; 2 could not run; 130 interrupted.
A CefnError that a command lets through is shown as its sentence and remedy (or as JSON with --json) and exits 1.
Django is set up before `run`, unless the table says that the command does so itself.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

DONE = 0
REFUSED = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command lives and what it is for; `django` says whether Django is set up before it runs."""

    module: str
    summary: str
    django: bool = True


COMMANDS: dict[str, Command] = {
    "serve": Command("cefn.cli.serve", "serve the screens and the API, with a worker beside them", django=False),
    "worker": Command("cefn.cli.worker", "run background jobs until stopped"),
    "migrate": Command("cefn.cli.migrate", "create the database or bring it up to date"),
    "company": Command("cefn.cli.company", "make a company ready for its first order, or list them"),
    "demo": Command("cefn.cli.demo", "fill an empty database with a demo shop"),
    "user": Command("cefn.cli.user", "create people, reset passwords, make API tokens"),
    "import": Command("cefn.cli.import_", "bring in products, stock, parties, orders from a spreadsheet"),
    "export": Command("cefn.cli.export", "write products, stock, orders and more to a file"),
    "undo": Command("cefn.cli.undo", "take back a whole import by compensating documents"),
    "check": Command("cefn.cli.check", "prove every invariant on this database"),
    "bench": Command("cefn.cli.bench", "measure; the last line is one JSON object"),
    "backup": Command("cefn.cli.backup", "write the whole database and its files to one file"),
    "restore": Command("cefn.cli.restore", "bring a backup into an empty database"),
    "move-database": Command("cefn.cli.move_database", "move everything into another database, of either kind"),
}

DESCRIPTION = "Cefn, the back office of an online shop."
EPILOG = """\
environment:
  DATABASE_URL   sqlite:////path/cefn.sqlite3 or postgresql://user:password@host/name (default: SQLite in CEFN_HOME)
  CEFN_HOME      folder for the database, files and keys

example:
  cefn serve --port 8000
"""


def _table_text() -> str:
    width = max(len(name) for name in COMMANDS)
    return "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cefn",
        description=DESCRIPTION,
        epilog=f"commands:\n{_table_text()}\n\nEach has its own help: cefn COMMAND --help\n\n{EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="cefn COMMAND [options]",
    )
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="one of the commands below")
    return parser


def _version_show() -> int:
    print(f"cefn {importlib.import_module('cefn').__version__}")
    return DONE


def _error_show(error: Exception, as_json: bool) -> None:
    if as_json:
        facts = {
            "code": getattr(error, "code", ""),
            "sentence": str(error),
            "faults": [
                {"field": fault.field, "value": fault.value, "sentence": fault.sentence, "remedy": fault.remedy}
                for fault in getattr(error, "faults", ())
            ],
        }
        print(json.dumps({"error": facts}, ensure_ascii=False))
        return
    print(f"cefn: {error} [{getattr(error, 'code', type(error).__name__)}]", file=sys.stderr)
    for fault in getattr(error, "faults", ()):
        print(f"  {fault.field}: {fault.value!r}: {fault.sentence} {fault.remedy}".rstrip(), file=sys.stderr)


def _command_run(name: str, arguments: Sequence[str]) -> int:
    command = COMMANDS[name]
    if command.django:
        importlib.import_module("django").setup()
    module = importlib.import_module(command.module)
    parser = argparse.ArgumentParser(
        prog=f"cefn {name}",
        description=module.__doc__,
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    options = parser.parse_args(list(arguments))
    return int(module.run(options))


def _known_errors() -> tuple[type[Exception], ...]:
    """Return the errors that are a sentence for the person at the keyboard; loaded only once something went wrong."""
    errors = importlib.import_module("cefn.kernel.errors")
    exceptions = importlib.import_module("django.core.exceptions")
    database = importlib.import_module("django.db.utils")
    return (
        errors.CefnError, exceptions.ImproperlyConfigured, database.OperationalError, database.ProgrammingError,
    )  # fmt: skip


def _tables_missing(error: Exception) -> bool:
    """Tell whether the database was never brought up to date: SQLite and PostgreSQL say so in words of their own."""
    text = str(error)
    return "no such table" in text or ("relation" in text and "does not exist" in text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; `argv` defaults to the process's own arguments."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cefn.config.settings")
    parser = _parser()
    if not arguments or arguments[0] in {"-h", "--help"}:
        parser.print_help()
        return DONE if arguments else COULD_NOT_RUN
    if arguments[0] == "--version":
        return _version_show()
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        print(f"cefn: there is no command {name!r}. The commands are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return COULD_NOT_RUN
    try:
        return _command_run(name, rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if not isinstance(error, _known_errors()):
            raise
        if _tables_missing(error):
            error = RuntimeError("The database has no tables yet, or older ones. Run `cefn migrate` first.")
        _error_show(error, as_json="--json" in rest)
        return REFUSED if hasattr(error, "code") else COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
