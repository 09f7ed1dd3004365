"""What the environment may say, and what is refused."""

import multiprocessing
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from cefn.config.environment import KEY_LENGTH, environment_read, home_default, secret_key_keep


def test_nothing_said_is_a_safe_machine_of_ones_own(tmp_path: Path) -> None:
    environment = environment_read({"XDG_DATA_HOME": str(tmp_path)})
    assert environment.home == tmp_path / "cefn"
    assert environment.database_url == f"sqlite:///{tmp_path}/cefn/cefn.sqlite3"
    assert environment.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert not environment.debug
    assert not environment.is_https
    assert environment.sqlite_synchronous == "FULL"
    assert environment.static_hashed


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = secret_key_keep(tmp_path / "home")
    assert secret_key_keep(tmp_path / "home") == first
    assert len(first) >= KEY_LENGTH
    assert stat.S_IMODE((tmp_path / "home" / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret_key"]


@pytest.mark.processes
def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(secret_key_keep, [tmp_path / "home"] * 16)
    assert len(set(keys)) == 1


def test_a_damaged_key_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match=r"holds 5 characters.*Put the key back"):
        secret_key_keep(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CEFN_DEBUG", "yes", "CEFN_DEBUG is 'yes'; it must be one of 0, 1."),
        ("CEFN_LOG_LEVEL", "LOUD", "CEFN_LOG_LEVEL is 'LOUD'"),
        ("CEFN_SQLITE_SYNCHRONOUS", "FULL; DROP TABLE x", "it must be one of FULL"),
        ("CEFN_PUBLIC_URL", "cefn.example.com", "must look like https"),
        ("CEFN_PUBLIC_URL", "javascript:alert(1)", "must look like https"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        environment_read({"CEFN_HOME": str(tmp_path), name: value})
    assert sentence in str(caught.value)


def test_a_public_address_is_answered_to_and_makes_cookies_secure(tmp_path: Path) -> None:
    said = {
        "CEFN_HOME": str(tmp_path),
        "CEFN_PUBLIC_URL": "https://cefn.example.com/",
        "CEFN_ALLOWED_HOSTS": "10.0.0.1",
    }
    environment = environment_read(said)
    assert environment.public_url == "https://cefn.example.com"
    assert environment.is_https
    assert environment.allowed_hosts == ("10.0.0.1", "cefn.example.com")


def test_each_platform_has_its_data_folder() -> None:
    assert home_default({"LOCALAPPDATA": "/c/users/a"}, "win32") == Path("/c/users/a/cefn")
    assert home_default({}, "darwin").parts[-3:] == ("Library", "Application Support", "cefn")
    assert home_default({}, "linux").parts[-3:] == (".local", "share", "cefn")
