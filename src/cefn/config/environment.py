"""What the environment says: the only place that reads it.

CEFN_HOME                 folder for the database, stored files and keys (default: the platform's data folder)
DATABASE_URL              sqlite:////path/cefn.sqlite3 or postgresql://user:password@host:port/name
CEFN_SECRET_KEY           signs sessions and seals stored secrets (default: made once, kept in CEFN_HOME)
CEFN_ALLOWED_HOSTS        host names to answer to, comma-separated (default: this machine only)
CEFN_PUBLIC_URL           the address people type; with https, cookies are sent over https only
CEFN_TRUST_PROXY          1 when a proxy in front sets X-Forwarded-Proto
CEFN_DEBUG                1 shows Django's error pages; never on a machine that others reach
CEFN_LOG_LEVEL            DEBUG, INFO (default), WARNING, ERROR
CEFN_LOG_FORMAT           json, or text (default: text on a terminal, else json)
CEFN_SQLITE_SYNCHRONOUS   FULL (default: a commit survives a power cut), NORMAL or OFF
CEFN_STATIC_HASHED        0 serves styles and scripts under their plain names, as tests do
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

KEY_LENGTH = 50
SYNCHRONOUS = ("FULL", "NORMAL", "OFF", "EXTRA")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOCAL_HOSTS = "127.0.0.1,localhost,[::1]"


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment, read and checked."""

    home: Path
    database_url: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    public_url: str
    trust_proxy: bool
    debug: bool
    log_level: str
    log_format: str
    sqlite_synchronous: str
    static_hashed: bool

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def home_default(variables: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return the folder where the platform's programs keep their data, for Cefn."""
    if platform == "win32":
        return Path(variables.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "cefn"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "cefn"
    return Path(variables.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "cefn"


def secret_key_keep(home: Path) -> str:
    """Return the key kept in `home`, making it on first use, readable by its owner alone.

    Two processes that start together agree: the key is written whole under a name of its own and linked into place, and
    whoever comes second reads the first one's.
    """
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret_key.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text("ascii").strip()
    if len(key) < KEY_LENGTH:
        raise ImproperlyConfigured(
            f"The key file {path} holds {len(key)} characters; {KEY_LENGTH} are needed. "
            "Put the key back from your backup, or delete the file to have a new one made "
            "(everybody must then log in again, and stored passwords of carriers and channels must be entered again)."
        )
    return key


def _choice(variables: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = variables.get(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _switch(variables: Mapping[str, str], name: str, default: str) -> bool:
    return _choice(variables, name, ("0", "1"), default) == "1"


def _public_url(variables: Mapping[str, str]) -> str:
    url = variables.get("CEFN_PUBLIC_URL", "").rstrip("/")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ImproperlyConfigured(f"CEFN_PUBLIC_URL is {url!r}; it must look like https://cefn.example.com.")
    return url


def environment_read(variables: Mapping[str, str]) -> Environment:
    """Return what `variables` say; raises ImproperlyConfigured naming the variable, its value and what is allowed."""
    home = Path(variables.get("CEFN_HOME") or home_default(variables)).expanduser().absolute()
    public_url = _public_url(variables)
    hosts = [host.strip() for host in (variables.get("CEFN_ALLOWED_HOSTS") or LOCAL_HOSTS).split(",") if host.strip()]
    public_host = urlsplit(public_url).hostname
    if public_host and public_host not in hosts:
        hosts.append(public_host)
    debug = _switch(variables, "CEFN_DEBUG", "0")
    return Environment(
        home=home,
        database_url=variables.get("DATABASE_URL") or f"sqlite:///{home / 'cefn.sqlite3'}",
        secret_key=variables.get("CEFN_SECRET_KEY") or secret_key_keep(home),
        allowed_hosts=tuple(hosts),
        public_url=public_url,
        trust_proxy=_switch(variables, "CEFN_TRUST_PROXY", "0"),
        debug=debug,
        log_level=_choice(variables, "CEFN_LOG_LEVEL", LOG_LEVELS, "INFO"),
        log_format=_choice(variables, "CEFN_LOG_FORMAT", ("json", "text"), "text" if sys.stderr.isatty() else "json"),
        sqlite_synchronous=_choice(variables, "CEFN_SQLITE_SYNCHRONOUS", SYNCHRONOUS, "FULL"),
        static_hashed=_switch(variables, "CEFN_STATIC_HASHED", "0" if debug else "1"),
    )
