"""Typst in, PDF out.

Data reaches a template as one JSON text in `sys.inputs.data`; nothing is ever pasted into Typst source, so a customer
called `#panic()` is printed as written. Templates import the shared kit as `/platform/papers/kit.typ`: the root of
every compilation is the `cefn` package. No clock, no network, no machine font: the same data give the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import typst

from cefn.platform.papers.errors import PaperNotMade
from cefn.platform.papers.fonts import paper_fonts

ROOT = Path(__file__).resolve().parents[2]
LARGE_CHARACTERS = 50_000
REMEMBERED_COMPILATIONS = 10


def _plain(value: object) -> object:
    """Turn what JSON does not know into what it does; TypeError for the rest."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return list(value)
    raise TypeError(f"{type(value).__name__} does not belong in a paper")


def render_pdf(template: Path, data: Mapping[str, Any], *, tagged: bool = True) -> bytes:
    """Return the PDF that `template` (a .typ file inside the cefn package) makes of `data`.

    `data` is plain: texts, whole numbers, booleans, lists, mappings, dataclasses, dates, and bytes for pictures.
    Floats are refused, as amounts must arrive already written out. With `tagged` the PDF carries a structure that
    screen readers can follow. Raises PaperNotMade with Typst's own reason.
    """
    return _compile(template, data, format="pdf", pdf_tags=tagged)[0]


def render_pngs(template: Path, data: Mapping[str, Any], *, dpi: int = 144) -> list[bytes]:
    """Return a PNG picture of each page, for previews; otherwise as `render_pdf`."""
    return _compile(template, data, format="png", ppi=dpi)


def _compile(template: Path, data: Mapping[str, Any], **options: Any) -> list[bytes]:
    """Return what Typst makes: one PDF, or a picture for each page."""
    _refuse_floats(data)
    inputs = json.dumps(data, default=_plain, ensure_ascii=False)
    try:
        made: bytes | list[bytes] = typst.compile(
            template,
            root=ROOT,
            font_paths=paper_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": inputs},
            timestamp=0,
            **options,
        )
    except RuntimeError as error:
        raise PaperNotMade(template=template.name, reason=str(error).strip().rstrip(".")) from error
    if len(inputs) > LARGE_CHARACTERS:
        _forget()
    return [made] if isinstance(made, bytes) else made


def _forget() -> None:
    """Let Typst drop what it remembers of a large paper.

    It keeps the parts of its last ten compilations, which for hundred-paper jobs is over a gigabyte; a few empty
    compilations, about a millisecond in all, make it let go.
    """
    empty = _empty_compiler()
    for _ in range(REMEMBERED_COMPILATIONS + 1):
        empty.compile(b"", format="svg")


@cache
def _empty_compiler() -> typst.Compiler:
    return typst.Compiler(b"", font_paths=paper_fonts())


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a paper takes amounts as written text, not floats")
    if isinstance(value, Mapping):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)
