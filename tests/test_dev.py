"""dev.py: the parts of it that can be wrong in silence."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    """Return dev.py as a module."""
    spec = importlib.util.spec_from_file_location("cefn_dev", REPOSITORY / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_needs_nothing_but_the_standard_library(dev: ModuleType) -> None:
    imported = {value.__name__.split(".")[0] for value in vars(dev).values() if isinstance(value, ModuleType)}
    assert imported <= set(sys.stdlib_module_names)


def test_its_help_names_every_command(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [name for name in dev.COMMANDS if f"python3 dev.py {name}" not in shown] == []


def test_an_unknown_command_could_not_run(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["tset"]) == 2
    assert "The commands are: run, test" in capsys.readouterr().err


def test_the_databases_that_are_asked_for(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CEFN_TEST_DB", raising=False)
    assert dev.databases() == ["sqlite", "postgres"]
    monkeypatch.setenv("CEFN_TEST_DB", "postgres")
    assert dev.databases() == ["postgres"]
    monkeypatch.setenv("CEFN_TEST_DB", "oracle")
    with pytest.raises(dev.Failed, match="it must be sqlite, postgres or both"):
        dev.databases()


def test_one_package_of_the_lock_with_all_its_hashes(dev: ModuleType) -> None:
    entry = dev.lock_entry("uv")
    assert entry.startswith("uv==")
    assert entry.count("--hash=sha256:") > 5
    assert not entry.rstrip().endswith("\\")
    assert dev.lock_entry("no-such-package") == "\n"


def test_installing_is_skipped_only_while_its_inputs_stay_the_same(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "lock").write_text("a==1")
    stamp = tmp_path / "stamp"
    assert not dev.stamped(stamp, ("lock",))
    stamp.write_text(dev.digest(("lock",)))
    assert dev.stamped(stamp, ("lock",))
    (tmp_path / "lock").write_text("a==2")
    assert not dev.stamped(stamp, ("lock",))


def test_a_failing_step_names_its_command(dev: ModuleType) -> None:
    with pytest.raises(dev.Failed, match="ended with exit code 3"):
        dev.call(sys.executable, "-c", "raise SystemExit(3)")
