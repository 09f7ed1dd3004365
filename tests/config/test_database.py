"""Database addresses, and what the connections made from them are like."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cefn.config.database import database_from_url


def test_sqlite_addresses() -> None:
    assert database_from_url("sqlite:////var/lib/cefn.sqlite3")["NAME"] == "/var/lib/cefn.sqlite3"
    assert database_from_url("sqlite:///here.sqlite3")["NAME"] == str(Path.cwd() / "here.sqlite3")
    assert database_from_url("sqlite:////a%20b/c.sqlite3")["NAME"] == "/a b/c.sqlite3"


def test_postgres_addresses() -> None:
    settings = database_from_url("postgresql://anna:p%40ss@db.example:6432/shop?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"], settings["PORT"], settings["NAME"]) == (
        "anna",
        "p@ss",
        "db.example",
        "6432",
        "shop",
    )
    assert settings["OPTIONS"] == {
        "application_name": "cefn",
        "server_side_binding": True,
        "prepare_threshold": 1,
        "sslmode": "require",
    }
    socket = database_from_url("postgres://postgres:@/shop?host=/run/pg")
    assert (socket["HOST"], socket["NAME"], socket["PORT"]) == ("/run/pg", "shop", "")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://a:secret@b/c", "must begin with sqlite:/// or postgresql://"),
        ("cefn.sqlite3", "must begin with"),
        ("sqlite://cefn.sqlite3", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("postgresql://anna:secret@db", "the name of the database is missing"),
        ("postgresql://anna:secret@db/shop?sslmod=require", "sslmod is not an option"),
    ],
)
def test_wrong_addresses_are_refused_without_their_password(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        database_from_url(url)
    assert sentence in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_writes_ahead_and_begins_as_a_writer() -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]


def test_sqlite_commits_survive_a_power_cut_unless_told_otherwise() -> None:
    assert "synchronous=FULL" in database_from_url("sqlite:////a/b")["OPTIONS"]["init_command"]
    off = database_from_url("sqlite:////a/b", sqlite_synchronous="OFF")
    assert "synchronous=OFF" in off["OPTIONS"]["init_command"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgres_speaks_utc_and_knows_who_asks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('TimeZone'), current_setting('application_name')")
        assert cursor.fetchone() == ("UTC", "cefn")
