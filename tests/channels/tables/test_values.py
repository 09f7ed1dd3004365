"""Values are read strictly; what Python itself would swallow is a fault with a name."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cefn.channels.tables.dates import DateOrder, parse_date, parse_moment
from cefn.channels.tables.faults import CellFault
from cefn.channels.tables.numbers import NumberFormat
from cefn.channels.tables.values import (
    check_digit,
    parse_barcode,
    parse_bool,
    parse_country,
    parse_currency,
    parse_email,
    parse_money_minor,
    parse_ppm,
    parse_price_micro,
    parse_quantity,
    parse_sku,
    parse_text,
    unescaped,
)
from cefn.channels.tables.writers import cell_text

COMMA = NumberFormat(",")
DOUBT = NumberFormat(".", certain=False)


def code(value: object) -> str:
    assert isinstance(value, CellFault), value
    return value.kind.code.removeprefix("CEFN-IMP-")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("NaN", "207"),
        ("nan", "207"),
        ("Infinity", "207"),
        ("-inf", "207"),
        ("∞", "207"),
        ("１２", "205"),
        ("٣", "205"),
        ("²", "205"),
        ("1_000", "206"),
        ("1e3", "208"),
        ("5E+2", "208"),
        ("9" * 60, "209"),
        ("1000000001", "209"),
        ("-1", "210"),
        ("−1", "210"),
        ("1.5", "211"),
        ("", "203"),
        ("  ", "203"),
        ("abc", "204"),
        ("1,2,3", "204"),
        ("12,34", "204"),
        ("0x10", "204"),
        ("1 2", "204"),
        ("=1+1", "201"),
        ("--1", "204"),
        ("1-", "204"),
        ("true", "204"),
        ("1.", "204"),
        ("$5", "204"),
    ],
)
def test_quantities_that_are_none(text: str, fault: str) -> None:
    assert code(parse_quantity(text)) == fault


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("12", 12), (" 7 ", 7), ("6.0", 6), ("1,000", 1000), ("1 000", 1000), ("+3", 3), ("007", 7)],
)
def test_quantities(text: str, value: int) -> None:
    assert parse_quantity(text) == value


def test_quantity_in_small_units_and_signs() -> None:
    assert parse_quantity("2.5", decimals=3) == 2_500
    assert parse_quantity("-4", negative=True) == -4
    assert code(parse_quantity("0", zero=False)) == "213"


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("4.95", NumberFormat(), 495),
        ("£8.50", NumberFormat(), 850),
        ("4.95 GBP", NumberFormat(), 495),
        ("-£1.04", NumberFormat(), -104),
        ("£-1.04", NumberFormat(), -104),
        ("(1.04)", NumberFormat(), -104),
        ("1,234.56", NumberFormat(), 123_456),
        ("1.234,56", COMMA, 123_456),
        ("1 234,5", COMMA, 123_450),
        ("10.500", NumberFormat(), 1_050),
        ("GBP 3", NumberFormat(), 300),
    ],
)
def test_amounts(text: str, style: NumberFormat, value: int) -> None:
    assert parse_money_minor(text, currency="GBP", style=style, negative=True) == value


def test_amounts_that_are_none() -> None:
    assert code(parse_money_minor("1.234", currency="GBP")) == "211"
    assert code(parse_money_minor("1.5", currency="JPY")) == "211"
    assert code(parse_money_minor("€5.00", currency="GBP")) == "214"
    assert code(parse_money_minor("5.00 USD", currency="GBP")) == "214"
    assert code(parse_money_minor("5", currency="XXX")) == "215"
    assert code(parse_money_minor("-5", currency="GBP")) == "210"
    assert code(parse_money_minor("(5", currency="GBP")) == "204"
    assert code(parse_money_minor("99999999999999", currency="GBP")) == "209"


def test_a_number_that_can_be_read_in_two_ways_is_asked_about() -> None:
    assert code(parse_money_minor("1,234", currency="GBP", style=DOUBT)) == "212"
    assert code(parse_price_micro("1.234", currency="GBP", style=DOUBT)) == "212"
    assert parse_price_micro("1.234", currency="GBP") == 1_234_000
    assert parse_price_micro("1,234", currency="GBP", style=COMMA) == 1_234_000


def test_unit_prices_keep_six_decimals_and_no_more() -> None:
    assert parse_price_micro("0.001", currency="GBP") == 1_000
    assert parse_price_micro("0.123456", currency="GBP") == 123_456
    assert code(parse_price_micro("0.1234567", currency="GBP")) == "211"
    assert parse_price_micro("34.7999992", currency="GBP", rounded_to=4) == 34_800_000
    assert parse_price_micro("0.0000005", currency="GBP", rounded_to=6) == 1


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_amounts_survive_being_written_and_read(minor: int) -> None:
    sign, size = ("-" if minor < 0 else ""), abs(minor)
    for text, style in (
        (f"{sign}{size // 100}.{size % 100:02}", NumberFormat()),
        (f"{sign}{size // 100:,}.{size % 100:02}", NumberFormat()),
        (f"{sign}{size // 100},{size % 100:02}", COMMA),
    ):
        assert parse_money_minor(text, currency="GBP", style=style, negative=True) == minor


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_text_makes_a_number_parser_raise_or_pass_oddities(text: str) -> None:
    value = parse_quantity(text)
    if not isinstance(value, CellFault):
        assert 0 <= value <= 10**9
        assert all(sign.isascii() or sign in "’\u00a0\u202f" or sign.isspace() for sign in text)
        assert "_" not in text
    parse_money_minor(text, currency="GBP")
    parse_date(text)
    parse_moment(text, zone="Europe/London")
    parse_country(text)
    parse_email(text)
    parse_barcode(text)


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2011-08-05", "", date(2011, 8, 5)),
        ("2011/8/5", "", date(2011, 8, 5)),
        ("05-Aug-11", "", date(2011, 8, 5)),
        ("5 Awst 2011", "", date(2011, 8, 5)),
        ("Aug 5, 2011", "", date(2011, 8, 5)),
        ("20110805", "", date(2011, 8, 5)),
        ("13/04/2011", "", date(2011, 4, 13)),
        ("04/13/2011", "", date(2011, 4, 13)),
        ("03/03/2011", "", date(2011, 3, 3)),
        ("03/04/2011", "dmy", date(2011, 4, 3)),
        ("03/04/2011", "mdy", date(2011, 3, 4)),
        ("08/03/11", "mdy", date(2011, 8, 3)),
        ("01.02.99", "dmy", date(1999, 2, 1)),
        ("29/02/2012", "dmy", date(2012, 2, 29)),
    ],
)
def test_dates(text: str, order: DateOrder, value: date) -> None:
    assert parse_date(text, order=order) == value


@pytest.mark.parametrize(
    ("text", "order", "fault"),
    [
        ("03/04/2011", "", "217"),
        ("30/02/2011", "dmy", "218"),
        ("2011-02-29", "", "218"),
        ("13/13/2011", "", "218"),
        ("13/04/2011", "mdy", "218"),
        ("2011-13-01", "", "218"),
        ("0001-01-01", "", "218"),
        ("9999-01-01", "", "218"),
        ("yesterday", "", "216"),
        ("2011-08", "", "216"),
        ("40760", "", "216"),
        ("٠٣/٠٤/٢٠١١", "", "216"),
        ("5 Foo 2011", "", "216"),
        ("", "", "203"),
        ("2011-08/05", "", "216"),
    ],
)
def test_dates_that_are_none(text: str, order: DateOrder, fault: str) -> None:
    assert code(parse_date(text, order=order)) == fault


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2011-08-01 13:02:00 +0100", "2011-08-01T12:02:00+00:00"),
        ("2011-08-01T14:29:00+01:00", "2011-08-01T13:29:00+00:00"),
        ("2011-08-01T14:29:00Z", "2011-08-01T14:29:00+00:00"),
        ("2011-08-01 14:29:00 UTC", "2011-08-01T14:29:00+00:00"),
        ("2011-08-01 14:29", "2011-08-01T13:29:00+00:00"),
        ("2011-12-01", "2011-12-01T00:00:00+00:00"),
        ("13/08/2011 2:05 PM", "2011-08-13T13:05:00+00:00"),
        ("2011-08-01 00:00:00.000", "2011-07-31T23:00:00+00:00"),
        ("2011-10-30 01:30", "2011-10-30T00:30:00+00:00"),
        ("Aug 5, 2011 09:00", "2011-08-05T08:00:00+00:00"),
    ],
)
def test_moments_are_utc(text: str, value: str) -> None:
    moment = parse_moment(text, zone="Europe/London")
    assert not isinstance(moment, CellFault)
    assert moment.isoformat() == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2011-03-27 01:30", "218"),
        ("2011-08-01 25:00", "218"),
        ("2011-08-01 13:61", "218"),
        ("2011-08-01 13:00 PM", "218"),
        ("2011-08-01 13:00 +9900", "218"),
        ("2011-08-01 noon", "216"),
        ("2011-08-01T", "216"),
    ],
)
def test_moments_that_are_none(text: str, fault: str) -> None:
    value = parse_moment(text, zone="Europe/London")
    assert code(value) == fault


def test_skus_texts_and_flags() -> None:
    assert parse_sku(" cafe\u0301 ") == "café"
    assert code(parse_sku("")) == "203"
    assert code(parse_sku("x" * 65)) == "225"
    assert code(parse_sku("a\nb")) == "220"
    assert code(parse_sku("#REF!")) == "202"
    assert code(parse_text("a\x07b")) == "226"
    assert code(parse_text('=HYPERLINK("http://x")')) == "201"
    assert parse_text("'=sum") == "=sum"
    assert parse_text("-") == "-"
    assert (parse_bool("Yes"), parse_bool("0"), parse_bool("ie")) == (True, False, True)
    assert code(parse_bool("perhaps")) == "219"


def test_barcodes_need_a_right_check_digit() -> None:
    assert parse_barcode("'2000010133000") == "2000010133000"
    assert parse_barcode("") == ""
    assert code(parse_barcode("2000010133001")) == "222"
    assert code(parse_barcode("2E+12")) == "221"
    assert code(parse_barcode("12345")) == "221"
    assert code(parse_barcode("２000010133000")) == "221"


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789"), min_size=12, max_size=12))
def test_a_wrong_digit_is_always_seen(body: str) -> None:
    good = body + str(check_digit(body))
    assert parse_barcode(good) == good
    wrong = str((int(good[3]) + 1) % 10)
    assert code(parse_barcode(good[:3] + wrong + good[4:])) == "222"


def test_countries_currencies_emails_and_rates() -> None:
    names = ["United Kingdom", "EIRE", "gb", "Cymru", "USA", "Yr Almaen", "Channel Islands", "Unspecified", ""]
    assert [parse_country(name) for name in names] == ["GB", "IE", "GB", "GB", "US", "DE", "JE", "", ""]
    assert code(parse_country("Ruritania")) == "223"
    assert code(parse_country("ZZ")) == "223"
    assert parse_currency("gbp") == "GBP"
    assert code(parse_currency("DOGE")) == "215"
    assert parse_email("A.B+c@Example.COM") == "A.B+c@example.com"
    for wrong in ("a@b", "a b@example.com", "@example.com", "a@example..com", "a@@example.com"):
        assert code(parse_email(wrong)) == "224"
    assert (parse_ppm("20"), parse_ppm("17.5%"), parse_ppm("0.15", fraction=True)) == (200_000, 175_000, 150_000)
    assert code(parse_ppm("101")) == "209"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=10))
def test_the_quote_before_a_formula_sign_comes_off_again(text: str) -> None:
    written = cell_text(text)
    assert written[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert unescaped(written) == text
