"""The command line: one table, quick help, exit codes that mean something."""

import argparse
import importlib
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cefn.cli import main as command_line
from cefn.cli.main import COMMANDS, COULD_NOT_RUN, DONE, REFUSED
from cefn.kernel.errors import Fault, InvalidInput

HELP_SECONDS = 0.5


def cefn(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cefn", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(command_line.__file__).parents[2])} | variables,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_module_an_example_and_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(COMMANDS[name].module)
    assert module.EXAMPLE.startswith(f"cefn {name}")
    assert callable(module.run)
    with pytest.raises(SystemExit) as left:
        command_line.main([name, "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert f"usage: cefn {name}" in shown
    assert module.EXAMPLE in shown


def test_the_examples_are_understood_by_their_own_parsers() -> None:
    for name, command in COMMANDS.items():
        module = importlib.import_module(command.module)
        parser = argparse.ArgumentParser(prog=name, exit_on_error=False)
        module.arguments(parser)
        parser.parse_args(shlex.split(module.EXAMPLE)[2:])


def test_help_lists_every_command() -> None:
    result = cefn("--help")
    assert result.returncode == DONE
    for name, command in COMMANDS.items():
        assert f"  {name} " in result.stdout
        assert command.summary in result.stdout


def test_help_is_quick_because_it_loads_no_command() -> None:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        cefn("--help")
        times.append(time.perf_counter() - started)
    assert min(times) < HELP_SECONDS
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cefn", "--help"], capture_output=True, text=True, check=True
    ).stderr
    assert "django" not in loaded


def test_no_command_and_an_unknown_one_could_not_run() -> None:
    assert cefn().returncode == COULD_NOT_RUN
    unknown = cefn("shp")
    assert unknown.returncode == COULD_NOT_RUN
    assert "there is no command 'shp'" in unknown.stderr
    assert "serve" in unknown.stderr


def test_the_version_is_shown() -> None:
    assert cefn("--version").stdout.strip() == f"cefn {importlib.import_module('cefn').__version__}"


def test_a_wrong_environment_is_a_sentence_not_a_traceback() -> None:
    result = cefn("migrate", "--plan", DATABASE_URL="mysql://anna:secret@db/shop")
    assert result.returncode == COULD_NOT_RUN
    assert "must begin with sqlite:/// or postgresql://" in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


def refusing(options: argparse.Namespace) -> int:
    """A command that refuses."""
    raise InvalidInput(faults=[Fault("lines.2.sku", "MUG-RDE", "There is no such SKU.", "Check the spelling.")])


@pytest.fixture
def refusing_command(monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a command that refuses into the place of `migrate`."""
    monkeypatch.setattr(importlib.import_module("cefn.cli.migrate"), "run", refusing)
    return "migrate"


def test_a_refusal_names_field_value_and_remedy(refusing_command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([refusing_command]) == REFUSED
    shown = capsys.readouterr().err
    assert "[CEFN-KERNEL-002]" in shown
    assert "lines.2.sku: 'MUG-RDE': There is no such SKU. Check the spelling." in shown


def test_a_refusal_is_json_when_asked(refusing_command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([refusing_command, "--json"]) == REFUSED
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "CEFN-KERNEL-002"
    assert error["faults"][0]["field"] == "lines.2.sku"


def test_an_unforeseen_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(options: argparse.Namespace) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(importlib.import_module("cefn.cli.migrate"), "run", broken)
    with pytest.raises(ZeroDivisionError):
        command_line.main(["migrate"])
