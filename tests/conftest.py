"""What every test may use: the database that CEFN_TEST_DB names, query counts, the shared sample data.

CEFN_TEST_DB   sqlite (default) or postgres; `python3 dev.py test` runs the suite on both
CEFN_SHARED    folder with the shared sample data, default ../shared; tests that need it skip, by name, without it
"""

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django
import pytest
from django.db import connection
from django.utils import translation

from tests.database_cache import database_keep, database_restore
from tests.postgres_server import start_postgres

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CEFN_SHARED", REPOSITORY.parent / "shared"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VENDOR = os.environ.get("CEFN_TEST_DB", "sqlite")
TRANSACTION_CONTROL = re.compile(r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.IGNORECASE)


def _environment_prepare() -> None:
    """Point Cefn at a temporary home and database; the workers of a parallel run inherit both."""
    if VENDOR not in {"sqlite", "postgres"}:
        raise pytest.UsageError(
            f"CEFN_TEST_DB is {VENDOR!r}; pytest runs on one database: sqlite or postgres. "
            "`python3 dev.py test` runs both."
        )
    if "CEFN_TEST_URL" not in os.environ:
        home = Path(tempfile.mkdtemp(prefix="cefn-test-"))
        atexit.register(shutil.rmtree, home, True)
        (home / "static").mkdir()
        os.environ["CEFN_TEST_HOME"] = str(home)
        os.environ["CEFN_TEST_URL"] = start_postgres() if VENDOR == "postgres" else f"sqlite:///{home}/cefn.sqlite3"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="cefn.config.settings",
        DATABASE_URL=os.environ["CEFN_TEST_URL"],
        CEFN_HOME=os.environ["CEFN_TEST_HOME"],
        CEFN_SECRET_KEY="for-tests-only-and-long-enough-to-sign-with-0123456789",
        CEFN_ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
        CEFN_STATIC_HASHED="0",
        CEFN_LOG_LEVEL="WARNING",
        CEFN_SQLITE_SYNCHRONOUS="OFF",
        CEFN_TEST_RUN="1",
    )
    os.environ.pop("CEFN_DEBUG", None)


_environment_prepare()
django.setup()


def pytest_report_header() -> list[str]:
    """Name the database and the optional things found."""
    shared_data = SHARED if SHARED.is_dir() else "absent"
    return [f"cefn: database {VENDOR}, shared data {shared_data}, browser {CHROMIUM or 'absent'}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a reason that can be counted, what cannot run here."""
    reasons = {
        "shared": None if SHARED.is_dir() else "the shared sample data (CEFN_SHARED) is absent",
        "browser": None if CHROMIUM else "no Chromium is installed",
        "postgres": None if VENDOR == "postgres" else "for PostgreSQL only",
        "sqlite": None if VENDOR == "sqlite" else "for SQLite only",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Begin with the kept copy of a migrated database, if nothing that shapes the tables has changed."""
    return bool(request.config.getvalue("reuse_db")) or database_restore(VENDOR, connection.settings_dict)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: Any) -> None:
    """Keep a copy of a database that was migrated from nothing."""
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            database_keep(VENDOR, connection.settings_dict)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin every test in English: a request in Welsh leaves its language active in the thread."""
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def vendor() -> str:
    """Return `sqlite` or `postgres`."""
    return VENDOR


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the shared sample data; the test skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared sample data (CEFN_SHARED) is absent")
    return SHARED / "data"


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root folder of the source tree."""
    return REPOSITORY


@dataclass
class Counted:
    """The statements that ran, transaction control aside; a COPY counts as one."""

    statements: list[str] = field(default_factory=list)
    copies: int = 0

    @property
    def count(self) -> int:
        return len(self.statements) + self.copies

    def text(self) -> str:
        return "\n".join(f"{number:4} {statement[:300]}" for number, statement in enumerate(self.statements, 1))


@contextmanager
def _count_queries(at_most: int | None = None, exactly: int | None = None) -> Iterator[Counted]:
    from cefn.kernel.sql import Statements

    counted = Counted()
    copies_before = Statements.copies

    def remember(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not TRANSACTION_CONTROL.match(sql):
            counted.statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remember):
        yield counted
    counted.copies = Statements.copies - copies_before
    if at_most is not None and counted.count > at_most:
        pytest.fail(f"{counted.count} statements, at most {at_most} allowed:\n{counted.text()}")
    if exactly is not None and counted.count != exactly:
        pytest.fail(f"{counted.count} statements, exactly {exactly} wanted:\n{counted.text()}")


@pytest.fixture
def query_count() -> Callable[..., Any]:
    """Return a context manager: `with query_count(at_most=12) as counted: ...` fails the test beyond the budget."""
    return _count_queries


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """Return the URL of this test's own database, for tests that start other processes on it."""
    settings = connection.settings_dict
    if VENDOR == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgresql://{settings['USER']}@/{settings['NAME']}?host={quote(str(settings['HOST']), safe='/')}"


@pytest.fixture
def process_environment(database_url: str) -> dict[str, str]:
    """Return the environment for another process of Cefn that shall use this test's database."""
    return os.environ | {"DATABASE_URL": database_url, "PYTHONPATH": str(REPOSITORY / "src")}


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser; the test skips, counted, where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    return CHROMIUM
