"""Writes docs/reference/errors.md: every error of the code with its code, HTTP status, sentence and remedy.

python tools/error_reference.py           write the page
python tools/error_reference.py --check   exit 1 if the page is out of date
"""

import importlib
import os
import pkgutil
import sys
from pathlib import Path

import django
from django.utils import translation

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "reference" / "errors.md"
HEAD = """\
# Errors

Every refusal has a code, an HTTP status for the API, a sentence that says what is wrong, and a remedy. This page is
made from the code by `python3 dev.py errors`. Words like `%(name)s` stand for what is filled in.

Screens show the code small beneath the sentence; the API sends it as `code` in a `problem+json` body.
"""
TABLE_HEAD = "| code | status | what it says | what to do | class |\n|---|---|---|---|---|\n"


SKIPPED = {"__main__", "cli", "config", "migrations"}


def _modules() -> list[str]:
    package = importlib.import_module("cefn")
    found = pkgutil.walk_packages(package.__path__, "cefn.")
    names = (module.name for module in found)
    return [name for name in names if not SKIPPED & set(name.split("."))]


def _below(error: type) -> set[type]:
    return {error}.union(*(_below(child) for child in error.__subclasses__()))


def error_classes() -> list[type]:
    """Return CefnError and all its subclasses in Cefn's own modules, sorted by code and name."""
    for name in _modules():
        importlib.import_module(name)
    base = importlib.import_module("cefn.kernel.errors").CefnError
    own = [error for error in _below(base) if error.__module__.startswith("cefn.")]
    return sorted(own, key=lambda error: (error.code, error.__name__))


def _cell(text: object) -> str:
    return " ".join(str(text).replace("|", "\\|").split())


def page() -> str:
    """Return the text of the page."""
    parts = [HEAD]
    area = ""
    with translation.override("en"):
        for error in error_classes():
            name = error.code.split("-")[1]
            if name != area:
                area = name
                parts.append(f"\n## {area.capitalize()}\n\n{TABLE_HEAD}")
            parts.append(
                f"| {error.code} | {error.status} | {_cell(error.sentence)} | {_cell(error.remedy)} "
                f"| `{error.__module__.removeprefix('cefn.')}.{error.__name__}` |\n"
            )
    return "".join(parts)


def main(words: list[str]) -> int:
    """Write or check the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cefn.config.settings")
    django.setup()
    text = page()
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    if "--check" in words:
        print("docs/reference/errors.md is out of date: run `python3 dev.py errors`.")
        return 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, "utf-8")
    print(f"Wrote {PAGE.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
