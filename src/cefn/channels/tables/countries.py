"""Country names and codes as exports write them, to ISO 3166-1 alpha-2."""

import re
from functools import lru_cache

from babel import Locale

CODE = re.compile(r"[A-Z]{2}", re.ASCII)
ALIASES = {
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "cymru": "GB",
    "northern ireland": "GB", "u.k.": "GB", "usa": "US", "u.s.a.": "US", "us": "US", "america": "US",
    "united states of america": "US", "eire": "IE", "republic of ireland": "IE", "rsa": "ZA", "holland": "NL",
    "the netherlands": "NL", "czech republic": "CZ", "korea": "KR", "south korea": "KR", "russian federation": "RU",
    "uae": "AE", "hong kong": "HK", "turkey": "TR", "macedonia": "MK", "swaziland": "SZ", "burma": "MM",
    "channel islands": "JE", "deutschland": "DE", "españa": "ES", "france": "FR", "italia": "IT", "vatican": "VA",
}  # fmt: skip
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AA", "XX"})
UNSTATED = frozenset({"unspecified", "european community", "unknown", "n/a", "none"})


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Return the alpha-2 codes of all countries and territories."""
    territories = [str(code) for code in Locale("en").territories]
    return frozenset(code for code in territories if CODE.fullmatch(code) and code not in NOT_COUNTRIES)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("cy", "en"):
        for code, name in Locale(language).territories.items():
            if code in country_codes():
                names[str(name).casefold()] = code
    return names | ALIASES


def country_find(text: str) -> str | None:
    """Return the alpha-2 code of a code or an English or Welsh name; empty for "Unspecified"; None if unknown."""
    name = " ".join(text.split()).casefold()
    if not name or name in UNSTATED:
        return ""
    if len(name) == 2 and name.upper() in country_codes():
        return name.upper()
    return _names().get(name)
