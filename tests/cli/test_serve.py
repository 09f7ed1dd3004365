"""`cefn serve` and `cefn migrate` as real processes on a new SQLite database."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
PATIENCE_S = 60.0

pytestmark = [pytest.mark.processes, pytest.mark.sqlite]


def place(home: Path) -> dict[str, str]:
    """Return the environment of a place of its own."""
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return own | {"CEFN_HOME": str(home), "PYTHONPATH": str(SOURCE), "CEFN_STATIC_HASHED": "1"}


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """The environment of a new, empty place."""
    return place(tmp_path / "home")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose database was made by the command, once for all tests here."""
    home = tmp_path_factory.mktemp("migrated")
    subprocess.run(command("migrate"), env=place(home), check=True, capture_output=True)
    return home


@pytest.fixture
def ready(tmp_path: Path, migrated: Path) -> dict[str, str]:
    """The environment of a place with an empty database that is up to date."""
    shutil.copytree(migrated, tmp_path / "home")
    return place(tmp_path / "home")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "cefn", *words]


def port_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int) -> dict[str, str] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return dict(json.load(response))
    except (URLError, ConnectionError, TimeoutError):
        return None


def until(condition: object, what: str) -> None:
    """Wait for `condition()` to be true; fail the test after a minute."""
    assert callable(condition)
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE_S:.0f} s for {what}")
        time.sleep(0.1)


@contextmanager
def serving(variables: dict[str, str], port: int, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Serve until the block ends; whatever is left of the process group is ended."""
    process = subprocess.Popen(
        command("serve", "--port", str(port), *words),
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: answer(port) or process.poll() is not None, "the server")
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_migrate_plans_on_an_empty_database_and_has_nothing_to_do_on_a_ready_one(
    variables: dict[str, str], ready: dict[str, str]
) -> None:
    variables["CEFN_HOME"] += "-empty"
    planned = subprocess.run(command("migrate", "--plan", "--json"), env=variables, capture_output=True, text=True)
    assert planned.returncode == 1
    assert any(name.startswith("platform.0001") for name in json.loads(planned.stdout)["waiting"])
    nothing = subprocess.run(command("migrate", "--plan", "--json"), env=ready, capture_output=True, text=True)
    assert nothing.returncode == 0
    assert json.loads(nothing.stdout) == {"waiting": []}
    again = subprocess.run(command("migrate"), env=ready, capture_output=True, text=True, check=True)
    assert again.stdout.strip() == "The database is up to date."


def test_serve_does_not_begin_on_a_database_that_is_behind(variables: dict[str, str]) -> None:
    result = subprocess.run(
        command("serve", "--port", str(port_free())), env=variables, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 2
    assert "Run `cefn migrate`" in result.stderr


def test_serve_answers_refuses_a_taken_port_and_stops_when_asked(ready: dict[str, str]) -> None:
    port = port_free()
    with serving(ready, port, "--no-worker") as process:
        found = answer(port)
        assert found is not None
        assert found["status"] == "ok"
        second = subprocess.run(
            command("serve", "--no-worker", "--port", str(port)), env=ready, capture_output=True, text=True
        )
        assert second.returncode == 2
        assert f"127.0.0.1:{port} can't be listened on" in second.stderr
        assert "--port" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert answer(port) is None


def test_serve_with_its_worker_stops_whole(ready: dict[str, str]) -> None:
    port = port_free()
    with serving(ready, port) as process:
        assert answer(port)
        until(lambda: len(group_members(process.pid)) >= 3, "a web process and a worker")
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        assert group_members(process.pid) == []
        assert process.stdout is not None
        said = process.stdout.read()
    assert "Fatal" not in said
    assert "Traceback" not in said
    assert "the worker ended" not in said


def test_a_worker_stops_cleanly_when_its_parent_is_gone(ready: dict[str, str]) -> None:
    worker = subprocess.Popen(
        command("worker", "--stop-on-eof"), env=ready, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(4)
    _, said = worker.communicate(timeout=40)
    assert worker.returncode == 0
    assert "Fatal" not in said
    assert "Traceback" not in said


def test_a_worker_says_what_is_wrong_with_its_options(ready: dict[str, str]) -> None:
    result = subprocess.run(command("worker", "--concurrency", "0"), env=ready, capture_output=True, text=True)
    assert result.returncode == 2
    assert "--concurrency must be at least 1" in result.stderr


def group_members(group: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if fields[0] != "Z" and int(fields[2]) == group:
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_nothing_outlives_a_killed_server(ready: dict[str, str]) -> None:
    port = port_free()
    with serving(ready, port, "--workers", "2") as process:
        until(lambda: len(group_members(process.pid)) >= 4, "two web processes and a worker")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        until(lambda: group_members(process.pid) == [], "everything to end")
    assert answer(port) is None
