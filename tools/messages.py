"""The Welsh catalogue: gathers what the code says, joins the written parts, reports gaps, compiles.

    python tools/messages.py           write django.po from the parts, report, compile
    python tools/messages.py --check   only report; exit 1 if a sentence has no Welsh or django.po is out of date
    python tools/messages.py --compile only compile django.po, if it is newer than what was compiled

Each area writes its Welsh in its own file, src/cefn/locale/cy/parts/AREA.po. Every sentence of the code must be in one
of them. django.po is made from the code and the parts and is kept in version control: translators see the whole.
"""

import argparse
import io
import os
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "cefn"
CATALOGUE = SOURCE / "locale" / "cy" / "LC_MESSAGES" / "django.po"
PARTS = SOURCE / "locale" / "cy" / "parts"
WIDTH = 110

# One, two, "few" (all but 8 and 11, where the numeral changes the sound), 8 and 11: the rule Django's own Welsh uses.
PLURALS = 4
PLURAL_RULE = "(n==1 ? 0 : n==2 ? 1 : (n!=8 && n!=11) ? 2 : 3)"
PLURAL_FORMS = f"nplurals={PLURALS}; plural={PLURAL_RULE};"

KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str | None, str]


@dataclass
class Gap:
    """What a look at all catalogues found."""

    missing: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)


def _key(context: str | None, identifier: str | tuple[str, ...]) -> Key:
    return context, identifier[0] if isinstance(identifier, tuple | list) else identifier


def _template_source(path: Path) -> str:
    """Return a template as the Python-like text Django makes of it, each line free of indentation."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=False)
    text = templatize(path.read_text("utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in text.splitlines())


def _keyword(function: str, arguments: object) -> tuple[str | None, str | tuple[str, str]] | None:
    """Return context and message (singular and plural as a pair) of one call, or None if it holds no plain text."""
    values = list(arguments) if isinstance(arguments, tuple | list) else [arguments]
    context: str | None = None
    if "pgettext" in function:
        context, values = str(values[0]), values[1:]
    texts = [value for value in values if isinstance(value, str) and value]
    if not texts:
        return None
    if function.startswith(("ngettext", "npgettext")) and len(texts) >= 2:
        return context, (texts[0], texts[1])
    return context, texts[0]


def _file_messages(path: Path) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    source = path.read_text("utf-8") if path.suffix == ".py" else _template_source(path)
    try:
        found = list(extract_python(io.BytesIO(source.encode()), list(KEYWORDS), [], {"encoding": "utf-8"}))
    except (tokenize.TokenError, SyntaxError) as error:
        raise SystemExit(f"messages: {path.relative_to(REPOSITORY)} can't be read: {error}") from error
    for _line, function, arguments, _comments in found:
        message = _keyword(str(function), arguments)
        if message is not None:
            yield message


def source_files() -> list[Path]:
    """Return every file that may hold sentences for people, in order."""
    found = [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    return sorted(path for path in found if "migrations" not in path.parts)


def source_catalogue() -> Catalog:
    """Return every message of the code, each with the files it stands in."""
    catalogue = Catalog(locale="cy", domain="django")
    for path in source_files():
        place = (str(path.relative_to(SOURCE)), None)
        for context, identifier in _file_messages(path):
            catalogue.add(identifier, context=context, locations=[place])
    return catalogue


def _part_read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="cy", domain="django")


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def written() -> tuple[dict[Key, Message], list[str]]:
    """Return the Welsh of all parts by message, and the faults found: contradictions, wrong plurals, lost variables."""
    messages: dict[Key, Message] = {}
    origin: dict[Key, str] = {}
    faults: list[str] = []
    for path in sorted(PARTS.glob("*.po")):
        for message in _part_read(path):
            if not message.id or not all(_strings(message)):
                continue
            key = _key(message.context, message.id)
            if isinstance(message.id, tuple | list) and len(_strings(message)) != PLURALS:
                faults.append(f"{path.name}: {key[1]!r} has {len(_strings(message))} plural forms, Welsh has {PLURALS}")
                continue
            if "fuzzy" in message.flags:
                faults.append(f"{path.name}: {key[1]!r} is marked fuzzy; settle it and write `# review:` if in doubt")
                continue
            before = messages.get(key)
            if before is None:
                messages[key], origin[key] = message, path.name
            elif _strings(before) != _strings(message) and isinstance(before.id, str) == isinstance(message.id, str):
                here, there = _strings(message)[0], _strings(before)[0]
                faults.append(f"{path.name}: {key[1]!r} is {here!r} here and {there!r} in {origin[key]}")
            elif isinstance(before.id, str) and not isinstance(message.id, str):
                messages[key], origin[key] = message, path.name
            faults.extend(f"{path.name}: {fault}" for fault in _variable_faults(message))
    return messages, faults


def _variables(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:] if ")" in part}


def _variable_faults(message: Message) -> Iterator[str]:
    """Find variables such as %(number)s that the Welsh has lost or invented."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    known = set().union(*(_variables(text) for text in originals))
    for text in _strings(message):
        extra = _variables(text) - known
        lost = known - _variables(text) if isinstance(message.id, str) else set()
        for name in sorted(extra):
            yield f"{originals[0]!r}: the Welsh has %({name})s, the English has not"
        for name in sorted(lost):
            yield f"{originals[0]!r}: the Welsh has lost %({name})s"


def joined() -> tuple[Catalog, Gap]:
    """Return the whole Welsh catalogue, sorted by message, and what is missing, unused or faulty."""
    source = source_catalogue()
    parts, faults = written()
    gap = Gap(faulty=faults)
    catalogue = Catalog(locale="cy", domain="django", project="Cefn", fuzzy=False)
    catalogue.mime_headers = [("Plural-Forms", PLURAL_FORMS)]
    seen: set[Key] = set()
    for message in source:
        if not message.id:
            continue
        key = _key(message.context, message.id)
        seen.add(key)
        part = parts.get(key)
        plural = not isinstance(message.id, str)
        if part is None or plural != (not isinstance(part.id, str)):
            gap.missing.append(f"{message.locations[0][0]}: {key[1]!r}")
            continue
        catalogue.add(
            message.id,
            part.string,
            locations=sorted({(place, None) for place, _ in message.locations}),
            user_comments=part.user_comments,
            context=message.context,
        )
    gap.unused = [f"{text!r}" for context, text in sorted(parts, key=str) if (context, text) not in seen]
    return catalogue, gap


HEADER = f"""# The Welsh of Cefn. Made by `python3 dev.py messages` from the code and the files in ../parts: edit those.
msgid ""
msgstr ""
"Project-Id-Version: Cefn\\n"
"Language: cy\\n"
"Plural-Forms: {PLURAL_FORMS}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def catalogue_text(catalogue: Catalog) -> str:
    """Return django.po: the same text for the same catalogue, without dates, so that it changes only when it must."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=WIDTH, sort_output=True, omit_header=True, include_lineno=False)
    return HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"


def catalogue_compile() -> bool:
    """Write django.mo beside django.po if it is missing or older; return whether it was written."""
    target = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.is_file():
        return False
    if target.is_file() and target.stat().st_mtime_ns >= CATALOGUE.stat().st_mtime_ns:
        return False
    catalogue = _part_read(CATALOGUE)
    draft = target.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    return True


def _report(gap: Gap, *, stale: bool) -> None:
    for title, lines in (("Without Welsh", gap.missing), ("To settle", gap.faulty), ("Not used", gap.unused)):
        if lines:
            print(f"{title} ({len(lines)}):")
            for line in lines:
                print(f"  {line}")
    if stale:
        print("django.po is out of date: run `python3 dev.py messages`.")


def main() -> int:
    """Run as a command; the exit code is 1 when a sentence has no Welsh, or with --check when django.po is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--compile", action="store_true", help="only compile")
    options = parser.parse_args()
    if options.compile:
        catalogue_compile()
        return 0
    catalogue, gap = joined()
    text = catalogue_text(catalogue)
    stale = not CATALOGUE.is_file() or CATALOGUE.read_text("utf-8") != text
    if stale and not options.check:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(text, "utf-8")
    if not options.check:
        catalogue_compile()
    _report(gap, stale=stale and options.check)
    print(f"{len(catalogue)} messages with Welsh, {len(gap.missing)} without.")
    return 1 if gap.missing or gap.faulty or (stale and options.check) else 0


if __name__ == "__main__":
    sys.exit(main())
