"""How far a warehouse is from a buyer: great-circle distance between postcode areas or countries.

The centres are rounded to a tenth of a degree from any atlas: good enough to tell the nearer warehouse, not for maps.
"""

import re
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from cefn.inventory.models import Warehouse
from cefn.kernel.memo import Memo

AREA = re.compile(r"^([A-Z]{1,2})\d")
EARTH_KM = 6371
UNKNOWN_KM = 500

AREAS = {
    "AB": (57.2, -2.3), "AL": (51.8, -0.3), "B": (52.5, -1.9), "BA": (51.3, -2.5), "BB": (53.8, -2.4),
    "BD": (53.8, -1.8), "BH": (50.8, -1.9), "BL": (53.6, -2.4), "BN": (50.9, -0.2), "BR": (51.4, 0.0),
    "BS": (51.4, -2.6), "BT": (54.6, -6.4), "CA": (54.6, -3.1), "CB": (52.2, 0.2), "CF": (51.6, -3.3),
    "CH": (53.2, -3.0), "CM": (51.8, 0.5), "CO": (51.9, 0.9), "CR": (51.4, -0.1), "CT": (51.2, 1.2),
    "CV": (52.4, -1.5), "CW": (53.1, -2.5), "DA": (51.4, 0.3), "DD": (56.5, -3.0), "DE": (53.0, -1.6),
    "DG": (55.0, -3.8), "DH": (54.8, -1.6), "DL": (54.5, -1.7), "DN": (53.5, -0.9), "DT": (50.7, -2.4),
    "DY": (52.4, -2.2), "E": (51.5, 0.0), "EC": (51.5, -0.1), "EH": (55.9, -3.3), "EN": (51.7, -0.1),
    "EX": (50.8, -3.6), "FK": (56.1, -3.8), "FY": (53.8, -3.0), "G": (55.9, -4.3), "GL": (51.8, -2.1),
    "GU": (51.2, -0.7), "GY": (49.5, -2.6), "HA": (51.6, -0.3), "HD": (53.6, -1.8), "HG": (54.1, -1.6),
    "HP": (51.7, -0.7), "HR": (52.1, -2.7), "HS": (57.9, -6.8), "HU": (53.8, -0.3), "HX": (53.7, -1.9),
    "IG": (51.6, 0.1), "IM": (54.2, -4.5), "IP": (52.1, 1.2), "IV": (57.6, -4.7), "JE": (49.2, -2.1),
    "KA": (55.5, -4.5), "KT": (51.4, -0.3), "KW": (58.6, -3.4), "KY": (56.2, -3.2), "L": (53.4, -2.9),
    "LA": (54.2, -2.9), "LD": (52.2, -3.4), "LE": (52.6, -1.1), "LL": (53.1, -3.8), "LN": (53.2, -0.4),
    "LS": (53.8, -1.5), "LU": (51.9, -0.4), "M": (53.5, -2.2), "ME": (51.3, 0.6), "MK": (52.1, -0.7),
    "ML": (55.7, -3.9), "N": (51.6, -0.1), "NE": (55.1, -1.7), "NG": (53.0, -1.1), "NN": (52.3, -0.9),
    "NP": (51.7, -3.0), "NR": (52.7, 1.3), "NW": (51.6, -0.2), "OL": (53.6, -2.1), "OX": (51.8, -1.3),
    "PA": (55.9, -5.3), "PE": (52.7, -0.1), "PH": (56.6, -4.0), "PL": (50.4, -4.4), "PO": (50.8, -1.1),
    "PR": (53.8, -2.7), "RG": (51.4, -1.1), "RH": (51.1, -0.2), "RM": (51.6, 0.2), "S": (53.4, -1.4),
    "SA": (51.8, -4.3), "SE": (51.5, 0.0), "SG": (51.9, -0.2), "SK": (53.3, -2.1), "SL": (51.5, -0.6),
    "SM": (51.4, -0.2), "SN": (51.5, -1.9), "SO": (50.9, -1.4), "SP": (51.1, -1.9), "SR": (54.9, -1.4),
    "SS": (51.6, 0.6), "ST": (53.0, -2.1), "SW": (51.5, -0.2), "SY": (52.6, -3.0), "TA": (51.0, -3.1),
    "TD": (55.7, -2.5), "TF": (52.7, -2.5), "TN": (51.1, 0.4), "TQ": (50.4, -3.7), "TR": (50.2, -5.2),
    "TS": (54.6, -1.2), "TW": (51.4, -0.4), "UB": (51.5, -0.4), "W": (51.5, -0.2), "WA": (53.4, -2.6),
    "WC": (51.5, -0.1), "WD": (51.7, -0.4), "WF": (53.7, -1.5), "WN": (53.5, -2.6), "WR": (52.2, -2.2),
    "WS": (52.7, -1.9), "WV": (52.6, -2.2), "YO": (54.0, -0.9), "ZE": (60.3, -1.3),
}  # fmt: skip
"""United Kingdom postcode areas: latitude, longitude."""

COUNTRIES = {
    "GB": (54.0, -2.0), "IE": (53.2, -7.7), "FR": (46.6, 2.4), "DE": (51.2, 10.4), "NL": (52.2, 5.3), "BE": (50.6, 4.7),
    "ES": (40.2, -3.6), "PT": (39.6, -8.0), "IT": (42.8, 12.1), "CH": (46.8, 8.2), "AT": (47.6, 14.1),
    "DK": (56.0, 10.0), "SE": (62.8, 16.7), "NO": (64.6, 12.7), "FI": (64.5, 26.3), "PL": (52.1, 19.4),
    "CZ": (49.7, 15.3), "GR": (39.1, 22.9), "CY": (35.0, 33.2), "MT": (35.9, 14.4), "IS": (65.0, -18.6),
    "LT": (55.3, 23.9), "US": (39.8, -98.6), "CA": (61.4, -98.3), "AU": (-25.7, 134.5), "JP": (37.6, 138.0),
    "SG": (1.4, 103.8), "HK": (22.4, 114.1), "IL": (31.4, 35.0), "SA": (24.1, 44.5), "AE": (23.9, 54.3),
    "BH": (26.0, 50.5), "LB": (33.9, 35.9), "ZA": (-29.0, 25.1), "BR": (-10.8, -53.1), "JE": (49.2, -2.1),
    "GG": (49.5, -2.6),
}  # fmt: skip
"""Middles of countries that shops here send to."""


class WarehouseSite(NamedTuple):
    """Where a warehouse is."""

    id: int
    code: str
    priority: int
    country: str
    latitude: float
    longitude: float


def _load_sites(company_id: int) -> list[WarehouseSite]:
    rows = Warehouse.objects.filter(company_id=company_id, is_active=True).order_by("priority", "code")
    sites = []
    for w in rows:
        if w.latitude_micro is not None and w.longitude_micro is not None:
            point = (w.latitude_micro / 1_000_000, w.longitude_micro / 1_000_000)
        else:
            point = place_of(w.country, w.postcode) or COUNTRIES["GB"]
        sites.append(WarehouseSite(w.id, w.code, w.priority, w.country, *point))
    return sites


_sites = Memo(_load_sites, seconds=10)


def warehouse_sites(company_id: int) -> list[WarehouseSite]:
    """Return the active warehouses of a company, at most ten seconds old."""
    return _sites.get(company_id)


def place_of(country: str, postcode: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a postcode area or, failing that, of a country; None if neither is known."""
    if country in {"GB", ""}:
        match = AREA.match(postcode.strip().upper())
        if match and match.group(1) in AREAS:
            return AREAS[match.group(1)]
    return COUNTRIES.get(country)


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> int:
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(half)))


_distances: Memo[tuple[float, float, str, str], int] = Memo(
    lambda key: _kilometres((key[0], key[1]), place) if (place := place_of(key[2], key[3])) is not None else UNKNOWN_KM
)


def distance_km(site: WarehouseSite, country: str, postcode: str) -> int:
    """Return the distance from a warehouse to an address in whole kilometres; 500 where it is not known."""
    area = AREA.match(postcode.strip().upper()) if country in {"GB", ""} else None
    return _distances.get((site.latitude, site.longitude, country, area.group(0) if area else ""))
