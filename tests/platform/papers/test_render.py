import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cefn.platform.papers.errors import PaperNotMade
from cefn.platform.papers.fonts import paper_fonts
from cefn.platform.papers.render import ROOT, render_pdf
from tests.platform.papers.reading import pages_text

PLAIN = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "t", date: none)
#set text(font: "Source Sans Pro")
#for line in data.lines [#line #linebreak()]
"""


@pytest.fixture(scope="module")
def template():
    # Templates must lie inside the package, which is the root of every compilation.
    with tempfile.NamedTemporaryFile("w", suffix=".typ", dir=ROOT / "platform" / "papers") as file:
        file.write(PLAIN)
        file.flush()
        yield Path(file.name)


MARKUP = [
    '#panic("x")',
    "*bold* _it_ $x^2$ @ref <label> \\ `raw`",
    '"; #read("/platform/secrets.py")',
    '#import "@preview/cetz:0.3.0"',
    "// not a comment /* nor this */",
    "= Heading",
]


@pytest.mark.parametrize("text", MARKUP)
def test_text_is_printed_as_written_and_never_run(template, text):
    assert text in pages_text(render_pdf(template, {"lines": [text]}))[0]


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_any_text_makes_a_paper(template, text):
    assert render_pdf(template, {"lines": [text]}).startswith(b"%PDF-")


def test_the_same_data_give_the_same_bytes_in_another_process(template):
    code = (
        "import sys, pathlib, django; from django.conf import settings; settings.configure(); "
        "from cefn.platform.papers.render import render_pdf; "
        "sys.stdout.buffer.write(render_pdf(pathlib.Path(sys.argv[1]), {'lines': ['Tŷ', 'Ŵyn', '5']}))"
    )
    other = subprocess.run([sys.executable, "-c", code, str(template)], capture_output=True, check=True)
    here = render_pdf(template, {"lines": ["Tŷ", "Ŵyn", "5"]})
    assert other.stdout == here
    assert b"CreationDate" not in here


def test_fonts_come_from_packages_alone():
    families = set(paper_fonts().families())
    assert families == {
        "Source Sans Pro",
        "DejaVu Sans Mono",
        "Libertinus Serif",
        "New Computer Modern",
        "New Computer Modern Math",
    }
    ours = [font for font in paper_fonts().fonts() if font.family == "Source Sans Pro"]
    assert sorted((font.weight, font.style) for font in ours) == [
        (400, "italic"), (400, "normal"), (600, "normal"), (700, "normal"), (900, "normal"),
    ]  # fmt: skip


def test_a_broken_template_says_why(template):
    with pytest.raises(PaperNotMade) as caught:
        render_pdf(template, {"rows": []})
    assert "lines" in caught.value.message()
    assert caught.value.status == 500


@pytest.mark.parametrize("data", [{"a": 1.5}, {"a": [{"b": 0.1}]}, {"a": ("x", 2.0)}])
def test_floats_are_refused(template, data):
    with pytest.raises(TypeError, match="not floats"):
        render_pdf(template, data | {"lines": []})
