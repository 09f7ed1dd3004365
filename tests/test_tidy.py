"""The house rules that a linter does not know; each test names every place that breaks its rule."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

import pytest

import cefn
from cefn.config.layers import LAYERS
from cefn.kernel.bus import Event
from cefn.kernel.errors import CefnError

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "cefn"
sys.path.insert(0, str(REPOSITORY))
messages = importlib.import_module("tools.messages")
error_reference = importlib.import_module("tools.error_reference")

FUNCTION_LINES = 70
FILE_LINES = 450

# Heavy packages that only some processes need, loaded where they are used.
LAZY_PACKAGES = {"numpy", "highspy", "granian", "typst", "openpyxl", "python_calamine", "zint"}

# Where a float is right, and why: file -> reason. Never money, never a quantity.
FLOATS_ALLOWED: dict[str, str] = {}

MONEY_OR_QUANTITY = re.compile(r"(_minor|_micro|_ppm|quantity|_units)$|^quantity")
NO_KEY = {"GenericForeignKey", "GenericRelation"}
SIGNAL_MODULES = {"django.db.models.signals", "django.core.signals", "django.dispatch", "django.test.signals"}
MODEL_METHODS_KEPT = {"save", "delete", "save_base", "bulk_create"}


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the syntax tree of every source file, migrations aside."""
    files = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return {path: ast.parse(path.read_text("utf-8"), filename=str(path)) for path in files}


def place(path: Path, node: ast.AST | None = None) -> str:
    """Return `orders/services/placing.py:12`."""
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr | ast.arg) else ""
    return f"{path.relative_to(SOURCE)}{line}"


def walk(*kinds: type[ast.AST]) -> Iterator[tuple[Path, ast.AST]]:
    """Yield every node of the given kinds with its file."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield path, node


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function and method with its file."""
    for path, node in walk(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield path, node


def refuse(found: list[str], rule: str) -> None:
    """Fail, naming every place."""
    if found:
        pytest.fail(f"{rule}:\n  " + "\n  ".join(sorted(found)))


def test_functions_are_short() -> None:
    found = [
        f"{place(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path, node in functions()
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 >= FUNCTION_LINES
    ]
    refuse(found, f"A function has fewer than {FUNCTION_LINES} lines")


def test_files_are_short() -> None:
    counted = {path: len(path.read_text("utf-8").splitlines()) for path in trees()}
    refuse(
        [f"{place(path)}: {count} lines" for path, count in counted.items() if count > FILE_LINES],
        f"A file has about 400 lines, never over {FILE_LINES}; split it by what it is about",
    )


def test_modules_and_public_names_say_what_they_are() -> None:
    found = []
    for path, tree in trees().items():
        if not ast.get_docstring(tree) and tree.body:
            found.append(f"{place(path)}: the module")
        for node in tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                found.append(f"{place(path, node)} {node.name}")
    refuse(found, "A module, public function or class begins with a docstring")


def test_no_imports_inside_functions() -> None:
    found = []
    for path, function in functions():
        # An app's models can't be imported before all apps are loaded, which is when `ready` is called.
        if path.name == "apps.py" and function.name == "ready":
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").split(".")[0]}
            else:
                continue
            if not names <= LAZY_PACKAGES:
                found.append(f"{place(path, node)} in {function.name}: {', '.join(sorted(names))}")
    refuse(found, "Imports stand at the top of the file")


def test_no_signals() -> None:
    found = []
    for path, node in walk(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.ImportFrom):
            names = {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        else:
            assert isinstance(node, ast.Import)
            names = {alias.name for alias in node.names}
        found += [f"{place(path, node)}: {name}" for name in names & SIGNAL_MODULES]
    refuse(found, "What happens next stands in flows/wiring.py, not in signals")


def test_no_generic_keys() -> None:
    found = [
        f"{place(path, node)}: {node.id}"
        for path, node in walk(ast.Name)
        if isinstance(node, ast.Name) and node.id in NO_KEY
    ]
    refuse(found, "References between apps are foreign keys downward or indexed texts")


def test_models_do_not_override_writing() -> None:
    found = []
    for path, node in walk(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        if path.name != "models.py" and "models" not in path.parts:
            continue
        found += [
            f"{place(path, member)} {node.name}.{member.name}"
            for member in node.body
            if isinstance(member, ast.FunctionDef) and member.name in MODEL_METHODS_KEPT
        ]
    refuse(found, "Only services write; a model has no writing of its own")


def test_no_float_or_decimal_columns() -> None:
    wrong = {"FloatField", "DecimalField"}
    found = []
    for path, node in walk(ast.Attribute, ast.Name):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        is_model_file = path.name == "models.py" or "models" in path.parts or path.name == "fields.py"
        if name in wrong and is_model_file:
            found.append(f"{place(path, node)}: {name}")
    refuse(found, "Columns are integers in a named unit; SQLite keeps decimals as floats")


def _annotation_is_float(annotation: ast.expr | None) -> bool:
    return annotation is not None and any(
        isinstance(node, ast.Name) and node.id in {"float", "Decimal"} for node in ast.walk(annotation)
    )


def test_money_and_quantities_are_never_floats() -> None:
    found = []
    for path, node in walk(ast.AnnAssign, ast.arg):
        if isinstance(node, ast.arg):
            name, annotation = node.arg, node.annotation
        else:
            assert isinstance(node, ast.AnnAssign)
            name = node.target.id if isinstance(node.target, ast.Name) else ""
            annotation = node.annotation
        if MONEY_OR_QUANTITY.search(name) and _annotation_is_float(annotation):
            found.append(f"{place(path, node)}: {name}")
    for path, node in walk(ast.Call):
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "float" and place(path) not in FLOATS_ALLOWED:
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            names |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
            found += [f"{place(path, node)}: float of {name}" for name in names if MONEY_OR_QUANTITY.search(name)]
    refuse(found, "Money and quantities are integers")


def test_services_take_keywords_only() -> None:
    found = []
    for path, tree in trees().items():
        parts = path.relative_to(SOURCE).parts
        if path.name != "services.py" and "services" not in parts:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                given = node.args.posonlyargs + node.args.args
                if given:
                    found.append(f"{place(path, node)} {node.name}({', '.join(arg.arg for arg in given)})")
    refuse(found, "A service takes keyword-only arguments")


def _submodules(last: str) -> list[str]:
    found = [module.name for module in pkgutil.walk_packages(cefn.__path__, "cefn.")]
    return [name for name in found if name.split(".")[-1] == last and "migrations" not in name]


def test_every_event_is_wired() -> None:
    events = set()
    for name in _submodules("events"):
        module = importlib.import_module(name)
        events |= {
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Event) and value is not Event and value.__module__ == name
        }
    assert events, "there are no events"
    refuse(
        [f"{event.__module__}.{event.__name__}" for event in events if not is_dataclass(event)],
        "Events are dataclasses",
    )
    wiring = importlib.import_module("cefn.flows.wiring")
    tables = [value for value in vars(wiring).values() if isinstance(value, dict)]
    wired = {key for table in tables for key in table if isinstance(key, type)}
    refuse(
        [f"{event.__module__}.{event.__name__}" for event in events - wired], "Every event stands in flows/wiring.py"
    )
    refuse([f"{event.__name__}" for event in wired - events], "flows/wiring.py wires only events that an app declares")


def test_errors_have_their_own_code_sentence_and_status() -> None:
    found, codes = [], {}
    for error in error_reference.error_classes():
        name = f"{error.__module__}.{error.__name__}"
        if not re.fullmatch(r"CEFN-[A-Z]+-\d{3}", error.code):
            found.append(f"{name}: the code {error.code!r}")
        if error.code in codes and codes[error.code] is not error:
            found.append(f"{name}: {error.code} is {codes[error.code].__name__}'s")
        codes.setdefault(error.code, error)
        if not 400 <= error.status < 600:
            found.append(f"{name}: the status {error.status}")
        if not str(error.sentence).strip().endswith((".", "?", ")s")):
            found.append(f"{name}: the sentence has no full stop")
    refuse(found, "An error has a code of its own, a whole sentence and an HTTP status")
    assert CefnError in error_reference.error_classes()


def test_the_reference_of_errors_is_complete() -> None:
    assert error_reference.PAGE.read_text("utf-8") == error_reference.page(), "run `python3 dev.py errors`"


def test_every_sentence_has_welsh() -> None:
    _, gap = messages.joined()
    refuse(gap.missing, "Every sentence has Welsh in src/cefn/locale/cy/parts")
    refuse(gap.faulty, "The Welsh agrees with itself and with the variables of the English")


def test_every_module_is_in_a_layer() -> None:
    named = {name for layer in LAYERS for name in layer}
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert folders - named == set()


def test_apps_tell_what_they_own() -> None:
    missing = [
        path.parent.name
        for path in SOURCE.glob("*/apps.py")
        if path.parent.name != "config" and not (path.parent / "README.md").is_file()
    ]
    refuse(missing, "Every app has a README.md: owns what, state diagram, events, invariants")
