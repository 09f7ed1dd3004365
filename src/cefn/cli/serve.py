"""Serve the screens and the API, and run background jobs beside them.

One process serves with several threads; --workers N starts N of them (PostgreSQL). The jobs run in a process of their
own, started and watched from here; --no-worker leaves them to `cefn worker` elsewhere. An interrupt stops all of it.
"""

import argparse
import contextlib
import hashlib
import importlib
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django

EXAMPLE = "cefn serve --host 0.0.0.0 --port 8000"

RESTART_FIRST_S = 1.0
RESTART_MOST_S = 30.0
STOP_PATIENCE_S = 20.0
BACKLOG = 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="web processes (default 1)")
    parser.add_argument("--threads", type=int, default=8, metavar="N", help="threads in each (default 8)")
    parser.add_argument("--no-worker", action="store_true", help="do not run background jobs here")
    parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")
    parser.add_argument("--demo", action="store_true", help="fill an empty database with the demo shop first")


class JobsProcess:
    """Keeps one `cefn worker` running beside the web processes: started again, ever more slowly, if it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="jobs", daemon=True)

    def start(self) -> None:
        """Start the process and the thread that watches it."""
        self._thread.start()

    def _keep(self) -> None:
        wait_s = RESTART_FIRST_S
        while not self._stopping.is_set():
            began = time.monotonic()
            # Its standard input is a pipe from here: if this process is killed, the pipe ends and the worker stops.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cefn", "worker", "--stop-on-eof"], stdin=subprocess.PIPE
            )
            code = self._process.wait()
            if self._stopping.is_set():
                return
            wait_s = RESTART_FIRST_S if time.monotonic() - began > RESTART_MOST_S else min(wait_s * 2, RESTART_MOST_S)
            print(f"cefn: the worker ended with exit code {code}; starting it again in {wait_s:.0f} s", file=sys.stderr)
            self._stopping.wait(wait_s)

    def stop(self) -> None:
        """Let the worker finish the job in hand, for at most twenty seconds."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()


def static_fingerprint(folders: list[Path]) -> str:
    """Return a hash over the names, sizes and times of all files below `folders`."""
    sha = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                facts = path.stat()
                sha.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return sha.hexdigest()


def static_prepare() -> bool:
    """Collect styles and scripts under hashed names into CEFN_HOME/static, if they changed; return whether they did."""
    settings: Any = importlib.import_module("django.conf").settings
    if settings.WHITENOISE_USE_FINDERS:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        return False
    finders = importlib.import_module("django.contrib.staticfiles.finders")
    folders = [
        Path(storage.location)
        for finder in finders.get_finders()
        for storage in getattr(finder, "storages", {}).values()
    ]
    stamp = Path(settings.STATIC_ROOT).parent / "static.stamp"
    fingerprint = static_fingerprint(folders)
    if stamp.is_file() and stamp.read_text() == fingerprint and Path(settings.STATIC_ROOT).is_dir():
        return False
    management = importlib.import_module("django.core.management")
    management.call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def _database_prepare(options: argparse.Namespace) -> int:
    """Bring the database to where serving can begin; return 0, or 2 with a sentence on stderr."""
    migrate = importlib.import_module("cefn.cli.migrate")
    if options.migrate:
        applied = migrate.migrations_apply()
        if applied:
            print(f"cefn: applied {len(applied)} migrations", flush=True)
    else:
        migrate.database_folder_make()
        waiting = migrate.migrations_waiting()
        if waiting:
            print(
                f"cefn: the database lacks {len(waiting)} migrations. Run `cefn migrate`, or `cefn serve --migrate`.",
                file=sys.stderr,
            )
            return 2
    if options.demo and not importlib.import_module("cefn.platform.models").Company.objects.exists():
        demo = importlib.import_module("cefn.cli.demo")
        parser = argparse.ArgumentParser()
        demo.arguments(parser)
        return int(demo.run(parser.parse_args([])))
    return 0


def port_fault(host: str, port: int) -> str:
    """Return why this address can't be listened on, or an empty text.

    Asked first, because the web server shares a port that another one already has, and answers only half the time.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"{host}:{port} can't be listened on: {error.strerror}. Choose another with --port."
        except OverflowError:
            return f"{port} is not a port; ports are 1 to 65535."
    return ""


def _web_serve(options: argparse.Namespace) -> None:
    granian: Any = importlib.import_module("granian")
    constants: Any = importlib.import_module("granian.constants")
    granian.Granian(
        target="cefn.cli.web_process:application",
        address=options.host,
        port=options.port,
        interface=constants.Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
        log_enabled=False,
    ).serve()


def run(options: argparse.Namespace) -> int:
    """Run the command until a signal; exit 0 after a graceful stop, 2 if the database is not ready."""
    django.setup()
    settings: Any = importlib.import_module("django.conf").settings
    connections: Any = importlib.import_module("django.db").connections
    fault = port_fault(options.host, options.port)
    if fault:
        print(f"cefn: {fault}", file=sys.stderr)
        return 2
    code = _database_prepare(options)
    if code:
        return code
    static_prepare()
    connections.close_all()
    if options.workers > 1 and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        print("cefn: SQLite has one writer; --workers adds little there. PostgreSQL uses them.", file=sys.stderr)
    shown = options.host if options.host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104
    print(f"cefn: serving on http://{shown}:{options.port}/ (stop with Ctrl-C)", flush=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cefn.config.settings")
    worker = None if options.no_worker else JobsProcess()
    try:
        if worker:
            worker.start()
        _web_serve(options)
    finally:
        if worker:
            worker.stop()
    return 0
