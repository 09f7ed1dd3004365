"""The tools of the repository: the Welsh catalogue and the front-end files."""

import gettext
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import assets, messages

PART = """\
msgid ""
msgstr ""
"Language: cy\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=4; plural=(n==1 ? 0 : n==2 ? 1 : (n!=8 && n!=11) ? 2 : 3);\\n"

"""

Catalogue = Callable[..., messages.Gap]


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Return a function that lays out a small source tree with its parts and says what is missing or wrong."""
    source = tmp_path / "src" / "cefn"
    parts = source / "locale" / "cy" / "parts"
    parts.mkdir(parents=True)
    (source / "web" / "templates").mkdir(parents=True)
    monkeypatch.setattr(messages, "REPOSITORY", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", source)
    monkeypatch.setattr(messages, "PARTS", parts)
    monkeypatch.setattr(messages, "CATALOGUE", source / "locale" / "cy" / "LC_MESSAGES" / "django.po")

    def look(python: str = "", template: str = "", **written: str) -> messages.Gap:
        (source / "module.py").write_text(python)
        (source / "web" / "templates" / "page.html").write_text(template)
        for name, text in written.items():
            (parts / f"{name}.po").write_text(PART + text)
        joined, gap = messages.joined()
        messages.CATALOGUE.parent.mkdir(exist_ok=True)
        messages.CATALOGUE.write_text(messages.catalogue_text(joined))
        return gap

    return look


def test_sentences_are_found_in_code_and_templates(catalogue: Catalogue) -> None:
    gap = catalogue(
        python='one = _("In code")\ntwo = gettext_lazy("Lazy")\nthree = ngettext("%(n)s box", "%(n)s boxes", 3)\n',
        template='<p>{% translate "In a page" %}</p>\n  {% blocktranslate %}With {{ name }}{% endblocktranslate %}',
    )
    assert sorted(line.split(": ", 1)[1] for line in gap.missing) == sorted(
        ["'In code'", "'Lazy'", "'%(n)s box'", "'In a page'", "'With %(name)s'"]
    )


def test_what_is_written_is_joined_and_what_is_unused_is_named(catalogue: Catalogue) -> None:
    gap = catalogue(
        python='_("Save")',
        one='msgid "Save"\nmsgstr "Cadw"\n',
        two='msgid "Gone"\nmsgstr "Wedi mynd"\n',
    )
    assert gap.missing == []
    assert gap.faulty == []
    assert gap.unused == ["'Gone'"]


def test_a_variable_lost_or_invented_is_named(catalogue: Catalogue) -> None:
    gap = catalogue(
        python='_("%(number)s was shipped.")',
        one='msgid "%(number)s was shipped."\nmsgstr "Anfonwyd %(rhif)s."\n',
    )
    assert len(gap.faulty) == 2
    assert "the Welsh has %(rhif)s" in gap.faulty[0]
    assert "the Welsh has lost %(number)s" in gap.faulty[1]


def test_two_different_welsh_texts_are_named(catalogue: Catalogue) -> None:
    gap = catalogue(
        python='_("Order")',
        one='msgid "Order"\nmsgstr "Archeb"\n',
        two='msgid "Order"\nmsgstr "Trefn"\n',
    )
    assert gap.faulty == ["two.po: 'Order' is 'Trefn' here and 'Archeb' in one.po"]


def test_the_same_english_may_differ_by_context(catalogue: Catalogue) -> None:
    gap = catalogue(
        python='pgettext("sorting", "Order")\n_("Order")',
        one='msgid "Order"\nmsgstr "Archeb"\n\nmsgctxt "sorting"\nmsgid "Order"\nmsgstr "Trefn"\n',
    )
    assert (gap.missing, gap.faulty) == ([], [])


def test_four_plurals_or_none(catalogue: Catalogue) -> None:
    two_forms = 'msgid "%(n)s box"\nmsgid_plural "%(n)s boxes"\nmsgstr[0] "%(n)s blwch"\nmsgstr[1] "%(n)s blwch"\n'
    gap = catalogue(python='ngettext("%(n)s box", "%(n)s boxes", 3)', one=two_forms)
    assert gap.missing == ["module.py: '%(n)s box'"]


def test_the_compiled_catalogue_speaks_welsh(catalogue: Catalogue) -> None:
    forms = "".join(f'msgstr[{at}] "%(n)s {word}"\n' for at, word in enumerate(["ci", "gi", "chi", "chi bach"]))
    catalogue(
        python='_("Save")\nngettext("%(n)s dog", "%(n)s dogs", 3)',
        one=f'msgid "Save"\nmsgstr "Cadw"\n\nmsgid "%(n)s dog"\nmsgid_plural "%(n)s dogs"\n{forms}',
    )
    assert messages.catalogue_compile()
    assert not messages.catalogue_compile()
    with messages.CATALOGUE.with_suffix(".mo").open("rb") as file:
        welsh = gettext.GNUTranslations(file)
    assert welsh.gettext("Save") == "Cadw"
    said = [welsh.ngettext("%(n)s dog", "%(n)s dogs", n).split(maxsplit=1)[1] for n in (1, 2, 3, 8, 11, 0)]
    assert said == ["ci", "gi", "chi", "chi bach", "chi bach", "chi"]


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    """Two drawings as their package has them."""
    (tmp_path / "outline").mkdir()
    (tmp_path / "filled").mkdir()
    drawing = '<svg viewBox="0 0 24 24">\n  <path d="M1 1" />\n  <path d="M2 2" />\n</svg>'
    (tmp_path / "outline" / "box.svg").write_text(drawing)
    (tmp_path / "filled" / "star.svg").write_text(drawing)
    return tmp_path


def test_the_sprite_holds_one_symbol_an_icon(icons: Path) -> None:
    drawn = assets.sprite(["box", "star/filled"], icons)
    assert drawn.count("<symbol") == 2
    assert '<symbol id="box"' in drawn
    assert '<path d="M1 1" /> <path d="M2 2" />' in drawn
    assert '<symbol id="star-filled" viewBox="0 0 24 24" fill="currentColor"' in drawn


def test_an_icon_that_does_not_exist_is_named(icons: Path) -> None:
    with pytest.raises(assets.AssetMissing, match="no icon 'bxo'"):
        assets.sprite(["bxo"], icons)


def test_icon_names_are_read_without_remarks() -> None:
    assert assets.icon_names("box # a parcel\n\nalert-circle\nbox\n# nothing\n") == ["alert-circle", "box"]
