"""What the components write: money, quantities, moments, bars, timelines, states, in both languages."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from cefn.kernel import clock
from cefn.platform.models import AuditEvent
from cefn.web import formats
from cefn.web.bars import bar_svg
from cefn.web.charts import Chart, Point
from cefn.web.statuses import TONES, state_html
from cefn.web.timeline import Change, entries_of


@dataclass
class Line:
    quantity: int = 10
    cancelled: int = 0
    allocated: int = 0
    picked: int = 0
    shipped: int = 0
    invoiced: int = 0
    returned: int = 0


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123450, "GBP", "£1,234.50"),
        (-5, "GBP", "−£0.05"),
        (0, "EUR", "€0.00"),
        (1234567, "JPY", "JP¥1,234,567"),
        (1234567, "KWD", "KWD1,234.567"),
    ],
)
def test_money_has_its_own_decimals_and_a_real_minus(minor: int, currency: str, text: str) -> None:
    with translation.override("en"):
        assert formats.money_text(minor, currency) == text


def test_quantities_are_grouped_and_nothing_is_a_dash() -> None:
    with translation.override("en"):
        assert formats.quantity_shown(1234567) == "1,234,567"
        assert formats.quantity_shown(-1500, 3) == "−1.500"
        assert formats.quantity_shown(None) == "–"
        assert formats.day_text(None) == "–"
        assert formats.moment_html(None) == "–"


def test_days_and_moments_speak_the_language() -> None:
    day = date(2026, 11, 3)
    with translation.override("en"):
        assert formats.day_text(day) == "3 Nov 2026"
        assert formats.ago_text(clock.now() - timedelta(hours=3, seconds=5)) == "3 hours ago"
    with translation.override("cy"):
        assert formats.day_text(day) == "3 Tach 2026"
    old = datetime(2019, 5, 4, 12, 0, tzinfo=UTC)
    with translation.override("en"):
        assert 'datetime="2019-05-04T12:00:00+00:00"' in formats.moment_html(old)
        assert ">4 May 2019<" in formats.moment_html(old)


def test_the_line_bar_shows_each_part_once_and_never_more_than_the_whole() -> None:
    with translation.override("en"):
        bar = bar_svg(Line(quantity=10, cancelled=1, allocated=4, picked=1, shipped=3, invoiced=3, returned=1))
    widths = [int(width) for width in re.findall(r'<rect x="\d+" width="(\d+)"', bar)]
    assert sum(widths) == 1000
    assert widths == [200, 100, 100, 300, 200, 100]
    for words in ("3 shipped", "1 picked", "4 allocated", "2 waiting", "3 invoiced", "1 returned", "1 cancelled"):
        assert words in bar


def test_a_line_that_was_all_sent_has_one_part() -> None:
    bar = bar_svg(Line(quantity=3, shipped=3))
    assert bar.count("<rect") == 1


def test_states_always_carry_a_word() -> None:
    for value in [*TONES, "unheard_of"]:
        shown = state_html(value)
        assert re.search(r">[^<>]+</span>$", shown), value


def test_texts_of_people_are_escaped() -> None:
    event = AuditEvent(
        actor_name="<b>Mal</b>", actor_id=1, via="screen", verb="changed", at=clock.now(),
        data={"note": {"before": "<i>a</i>", "after": "b"}, "lines": 2, "order_id": 5, "empty": ""},
    )  # fmt: skip
    entry = entries_of([event])[0]
    assert entry.changes == (Change("note", "<i>a</i>", "b"),)
    assert entry.facts == (("lines", "2"),)
    page = Template("{% load screens %}{% timeline entries %}").render(Context({"entries": [entry]}))
    assert "<b>Mal" not in page
    assert "<i>a" not in page
    assert "&lt;b&gt;Mal" in page


def test_a_chart_is_always_a_table_too() -> None:
    figure = Chart(
        title="Sales",
        axis="Day",
        series=["Now"],
        points=[Point("1 Nov", (5,), ("£0.05",)), Point("2 Nov", (None,), ("–",))],
    )
    page = Template("{% load screens %}{% chart figure %}").render(Context({"figure": figure}))
    assert page.count("<tr>") == 3
    assert 'data-value="5"' in page
    assert 'data-value=""' in page
    assert "£0.05" in page


def test_templates_and_scripts_hold_nothing_that_the_policy_refuses(repository: Path) -> None:
    folder = repository / "src" / "cefn" / "web"
    for path in folder.rglob("templates/**/*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|javascript:|\son[a-z]+=", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert "http://" not in text, path
    for path in (folder / "static" / "web").glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"\beval\(|new Function|innerHTML\s*=|https?://", text), path


def test_colours_are_named_in_the_tokens_only(repository: Path) -> None:
    folder = repository / "src" / "cefn" / "web" / "static" / "web"
    for path in folder.glob("*.css"):
        if path.name != "tokens.css":
            assert not re.findall(r":[^;{}]*(?:#[0-9a-fA-F]{3,8}\b|rgba?\()", path.read_text("utf-8")), path
