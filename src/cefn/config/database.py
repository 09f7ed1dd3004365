"""One database address to Django's settings for it."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BUSY_SECONDS = 20
CACHE_KIB = 64 * 1024
MMAP_BYTES = 256 * 1024 * 1024
# Statements are prepared on the server when they come a second time: planning them anew each time took two thirds of an
# order's time. A pooler that can't carry prepared statements through wants `?prepared=no` in the address.
POSTGRES_PREPARED = {"server_side_binding": True, "prepare_threshold": 1}
POSTGRES_SCHEMES = {"postgres", "postgresql"}
POSTGRES_OPTIONS = {
    "application_name", "connect_timeout", "keepalives", "keepalives_idle", "options", "passfile", "service",
    "sslcert", "sslkey", "sslmode", "sslrootcert", "target_session_attrs",
}  # fmt: skip


def _shown(url: str) -> str:
    """Return the address without its password, for messages."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)


def _sqlite(url: str, synchronous: str) -> dict[str, Any]:
    path = unquote(urlsplit(url).path)
    if urlsplit(url).netloc or not path.startswith("/") or path == "/":
        raise ImproperlyConfigured(
            f"DATABASE_URL is {url!r}; a SQLite address has three slashes and then a path: "
            "sqlite:////var/lib/cefn/cefn.sqlite3, or sqlite:///cefn.sqlite3 for this folder."
        )
    pragmas = (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={synchronous}",
        f"PRAGMA cache_size=-{CACHE_KIB}",
        f"PRAGMA mmap_size={MMAP_BYTES}",
        "PRAGMA temp_store=MEMORY",
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(path.removeprefix("/")).absolute()),
        "OPTIONS": {
            # A writer takes the write lock when it begins, so it never fails half-way on a stale read.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": ";".join(pragmas) + ";",
        },
        "TEST": {"NAME": str(Path(path.removeprefix("/")).absolute().with_suffix(".test.sqlite3"))},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    socket = options.pop("host", "")
    prepared = {} if options.pop("prepared", "yes") == "no" else POSTGRES_PREPARED
    unknown = sorted(set(options) - POSTGRES_OPTIONS)
    if unknown:
        raise ImproperlyConfigured(
            f"DATABASE_URL is {_shown(url)!r}; {', '.join(unknown)} is not an option that can be set there. "
            f"Known: host, prepared, {', '.join(sorted(POSTGRES_OPTIONS))}."
        )
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured(f"DATABASE_URL is {_shown(url)!r}; the name of the database is missing at its end.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket or parts.hostname or "",
        "PORT": str(parts.port or ""),
        # Server-side cursors don't survive a transaction-pooling pgbouncer.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "cefn", **prepared, **options},
    }


def database_from_url(url: str, *, sqlite_synchronous: str = "FULL") -> dict[str, Any]:
    """Return Django's settings for one address.

    `sqlite:///relative/path`, `sqlite:////absolute/path`, `postgresql://user:password@host:port/name?sslmode=require`,
    or `postgresql://user@/name?host=/var/run/postgresql` for a unix socket. Parts may be percent-encoded.
    Raises ImproperlyConfigured with what is wrong; passwords never appear in it.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return _sqlite(url, sqlite_synchronous)
    if scheme in POSTGRES_SCHEMES:
        return _postgres(url)
    raise ImproperlyConfigured(
        f"DATABASE_URL is {_shown(url)!r}; it must begin with sqlite:/// or postgresql://, "
        "as in sqlite:////var/lib/cefn/cefn.sqlite3 or postgresql://user:password@host/name."
    )
