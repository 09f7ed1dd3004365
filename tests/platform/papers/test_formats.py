from datetime import UTC, date, datetime

import pytest

from cefn.platform.papers import formats
from cefn.platform.papers.errors import LogoNotUsable
from cefn.platform.papers.letterhead import Letterhead
from cefn.platform.papers.senders import postal_lines
from cefn.platform.papers.wrapping import one_line, wrappable


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (123456, "GBP", "en", "£1,234.56"),
        (-5, "GBP", "en", "-£0.05"),
        (123456, "GBP", "cy", "£1,234.56"),
        (1234, "JPY", "en", "JP¥1,234"),
        (1234567, "KWD", "en", "KWD 1,234.567"),
        (123456, "EUR", "de", "1.234,56 €"),
    ],
)
def test_amounts_carry_their_currency_with_its_decimals(minor, currency, language, text):
    assert plain(formats.amount_text(minor, currency, language)) == text


def test_huge_amounts_lose_no_penny():
    assert formats.plain_amount_text(9_007_199_254_740_993, "GBP", "en") == "90,071,992,547,409.93"


def test_unit_prices_show_the_decimals_they_need():
    texts = [formats.unit_price_text(micro, "GBP", "en") for micro in (1_250_000, 4_500, 1_000_000_000, 10)]
    assert texts == ["1.25", "0.0045", "1,000.00", "0.00001"]
    assert formats.unit_price_text(1_000_000, "JPY", "en") == "1"


def test_rates_quantities_weights_and_days():
    assert [formats.rate_text(ppm, "en") for ppm in (200_000, 175_000, 0, 50_000, 1)] == [
        "20%", "17.5%", "0%", "5%", "0.0001%",
    ]  # fmt: skip
    counts = [formats.count_text(*given, "en") for given in ((1500, 3), (12000, 0), (-10, 0))]
    assert counts == [
        "1.5", "12,000", "-10",
    ]  # fmt: skip
    assert [formats.weight_text(grams, "en") for grams in (1, 999, 1000, 1841)] == ["1 g", "999 g", "1 kg", "1.85 kg"]
    assert formats.date_text(date(2026, 3, 4), "cy") == "4 Mawrth 2026"
    assert formats.date_text(None, "en") == ""
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert formats.moment_text(summer, "en", "Europe/London") == "2 Jul 2026, 00:30"


@pytest.mark.parametrize("language", ["xx", "not a language", "en_QQ", ""])
def test_an_unknown_language_is_written_as_at_home(language):
    assert formats.amount_text(100, "GBP", language) == "£1.00"


def test_long_words_can_break_and_lines_stay_one_line():
    word = "A" * 100
    assert wrappable(word).replace("\u200b", "") == word
    assert max(map(len, wrappable(word).split("\u200b"))) == 12
    assert wrappable("MUG-RED-XXL-0001") == "MUG-RED-XXL-0001"
    assert one_line("a\r\nb\tc\x00d\u2028e ") == "a b c d e"


def test_a_logo_is_a_small_picture():
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    head = {"name": "S", "address": ("a",)}
    assert Letterhead(**head, logo=png).logo_format == "png"
    for logo in (b"<svg/>", b"GIF89a", png + b"0" * 205_000):
        with pytest.raises(LogoNotUsable):
            Letterhead(**head, logo=logo)
    with pytest.raises(ValueError, match="not a colour"):
        Letterhead(**head, accent="red")


def test_addresses_name_the_country_only_abroad():
    copy = {"name": "Jörg", "line1": "Hauptstraße 1", "line2": " ", "city": "Berlin", "postcode": "10623", "phone": "1"}
    lines = ("Jörg", "Hauptstraße 1", "Berlin", "10623")
    assert postal_lines(copy | {"country": "DE"}, "GB", "en") == (*lines, "Germany")
    assert postal_lines(copy | {"country": "DE"}, "GB", "cy") == (*lines, "Yr Almaen")
    assert postal_lines(copy | {"country": "DE"}, "DE", "en") == lines
    assert postal_lines(copy | {"country": "QQ", "city": None}, "GB", "en") == ("Jörg", "Hauptstraße 1", "10623", "QQ")
    assert postal_lines({}, "GB", "en") == ()
