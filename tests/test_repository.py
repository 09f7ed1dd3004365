"""The repository as a whole: locks, licences, links, pages; nothing of others' and nothing of one machine in it."""

import json
import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

import cefn

REPOSITORY = Path(__file__).resolve().parent.parent
LARGEST_BYTES = 600 * 1024
MADE_BY_OTHERS = re.compile(
    r"(\.min\.(js|css)|\.(woff2?|ttf|otf|eot|wasm|mo|whl|jar|exe|so|dll))$|(^|/)(vendor|node_modules)/"
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
# Put together here, so that this file does not hold them.
OF_ONE_MACHINE = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", "/opt/" + "pypi")))
REGISTRIES = re.compile("|".join(("registry\\.npm" + "js", "python" + "hosted", "pypi\\." + "org")))
ADR_SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "Held by"]


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is, or would be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)
    if result.returncode != 0:
        pytest.skip("this is not a git repository")
    names = [name for name in result.stdout.decode().split("\0") if name]
    return tuple(path for name in sorted(set(names)) if (path := REPOSITORY / name).is_file())


@cache
def texts() -> dict[str, str]:
    """Return the text files by their path in the repository."""
    found = {}
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found[str(path.relative_to(REPOSITORY))] = data.decode("utf-8")
    return found


def pages() -> dict[str, str]:
    """Return the Markdown pages."""
    return {name: text for name, text in texts().items() if name.endswith(".md")}


@cache
def project() -> dict[str, object]:
    """Return pyproject.toml."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def test_every_text_is_utf8_and_ends_with_one_line_end() -> None:
    wrong = [name for name, text in texts().items() if text and (not text.endswith("\n") or "\r" in text)]
    assert wrong == []


def test_nothing_large_or_made_by_others_is_kept() -> None:
    names = [str(path.relative_to(REPOSITORY)) for path in files()]
    assert [name for name in names if MADE_BY_OTHERS.search(name)] == []
    assert [str(path) for path in files() if path.stat().st_size > LARGEST_BYTES] == []


def test_nothing_speaks_of_one_machine_or_of_a_registry() -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts().items()
        for pattern in (OF_ONE_MACHINE, REGISTRIES)
        if (match := pattern.search(text))
    ]
    assert found == []


def test_python_locks_name_a_hash_for_every_package_and_no_address() -> None:
    for name in ("run.txt", "dev.txt"):
        text = (REPOSITORY / "requirements" / name).read_text("utf-8")
        entries = re.split(r"\n(?=\S)", text.strip())
        packages = [entry for entry in entries if not entry.startswith("#")]
        assert len(packages) > 20
        assert [entry.splitlines()[0] for entry in packages if not re.match(r"^[a-z0-9.-]+==\S+", entry)] == []
        assert [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry] == []
        assert "://" not in text


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    about = project()["project"]
    assert isinstance(about, dict)
    run = (REPOSITORY / "requirements" / "run.txt").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", run, re.MULTILINE))
    asked = {re.split(r"[\[<>=;!~ ]", line)[0] for line in about["dependencies"]}
    assert asked - set(locked) == set()
    development = (REPOSITORY / "requirements" / "dev.txt").read_text("utf-8")
    for name, version in locked.items():
        assert f"\n{name}=={version}" in f"\n{development}"


def test_frontend_packages_are_pinned_and_locked_without_addresses() -> None:
    package = json.loads((REPOSITORY / "package.json").read_text("utf-8"))
    lock = json.loads((REPOSITORY / "package-lock.json").read_text("utf-8"))
    for group in ("dependencies", "devDependencies"):
        assert lock["packages"][""][group] == package[group]
        assert [version for version in package[group].values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    others = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in others.items() if "integrity" not in entry] == []
    assert [name for name, entry in others.items() if "resolved" in entry] == []


def test_the_version_is_one() -> None:
    about = project()["project"]
    assert isinstance(about, dict)
    assert about["version"] == cefn.__version__


def test_licence_and_changelog() -> None:
    licence = (REPOSITORY / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    changes = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## \[Unreleased\]$", changes, re.MULTILINE)
    groups = set(re.findall(r"^### (\w+)", changes, re.MULTILINE))
    assert groups <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings as forges make them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)}


def links(text: str) -> set[str]:
    """Return what a page links to and shows, code blocks aside."""
    return {first or second for first, second in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL))}


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for name, text in pages().items():
        for link in links(text):
            target, _, anchor = link.partition("#")
            if "://" in link or link.startswith("mailto:"):
                continue
            path = (REPOSITORY / name).parent / target if target else REPOSITORY / name
            is_page = path.suffix == ".md" and path.is_file()
            if not path.exists() or (anchor and is_page and anchor not in anchors(path.read_text("utf-8"))):
                broken.append(f"{name}: {link}")
    assert broken == []


def test_every_page_of_the_documentation_is_reachable() -> None:
    named = {Path(link).name for page in ("docs/README.md", "docs/adr/README.md") for link in links(pages()[page])}
    written = {Path(name).name for name in pages() if name.startswith("docs/") and Path(name).name != "README.md"}
    assert written - named == set()


def test_decisions_are_one_page_with_every_section() -> None:
    decisions = sorted(name for name in pages() if re.match(r"docs/adr/\d{4}-", name))
    assert [int(Path(name).name[:4]) for name in decisions] == list(range(1, len(decisions) + 1))
    assert len(decisions) >= 10
    for name in decisions:
        text = pages()[name]
        assert HEADING.findall(text)[1:] == ADR_SECTIONS, name
        assert text.startswith(f"# {Path(name).name[:4]} "), name
        assert len(text.splitlines()) <= 80, f"{name} is more than a page"


def test_both_readmes_say_the_same() -> None:
    english, welsh = (REPOSITORY / "README.md").read_text("utf-8"), (REPOSITORY / "README.cy.md").read_text("utf-8")
    swapped = {"README.md", "README.cy.md"}
    assert links(english) - swapped == links(welsh) - swapped
    assert len(HEADING.findall(english)) == len(HEADING.findall(welsh))
    commands = [re.findall(r"^(?:python3|pip|export|cefn) [^#\n]*", text, re.MULTILINE) for text in (english, welsh)]
    assert [line.split()[:2] for line in commands[0]] == [line.split()[:2] for line in commands[1]]


def test_every_variable_is_in_the_reference() -> None:
    page = (REPOSITORY / "docs" / "reference" / "environment.md").read_text("utf-8")
    source = (REPOSITORY / "src/cefn/config/environment.py").read_text("utf-8")
    read = set(re.findall(r"\"((?:CEFN_[A-Z_]+)|DATABASE_URL)\"", source))
    assert read
    assert {name for name in read if f"| `{name}` |" not in page} == set()


def test_ci_runs_everything() -> None:
    script = REPOSITORY / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8")
    assert "python3 dev.py test" in text
    assert "python3 dev.py check" in text
