"""All formats, finding the one a file is in, and reading a file into records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cefn.channels.profiles import (
    bigcommerce,
    generic,
    marketplaces,
    northwind,
    online_retail,
    others,
    shopify,
    woocommerce,
)
from cefn.channels.profiles.base import Profile, readers, split_keys
from cefn.channels.records import Parsed
from cefn.channels.tables.faults import FORMAT_UNKNOWN, OPTION_WRONG, refuse
from cefn.channels.tables.rows import LIMITS, Limits
from cefn.channels.tables.sniff import Sniff, SniffOptions, table_sniff
from cefn.channels.tables.table import Reading, header_columns, sniff_columns, table_rows

KINDS = ("products", "stock", "customers", "suppliers", "orders")
PROFILES: tuple[Profile, ...] = (
    *shopify.PROFILES,
    *marketplaces.PROFILES,
    *bigcommerce.PROFILES,
    *woocommerce.PROFILES,
    *northwind.PROFILES,
    *online_retail.PROFILES,
    *others.PROFILES,
    *generic.PROFILES,
)


def profiles_of(kind: str) -> tuple[Profile, ...]:
    """Return the formats of one kind of file, the generic one last."""
    return tuple(profile for profile in PROFILES if profile.kind == kind)


def profile_named(kind: str, name: str) -> Profile:
    """Return a format; raises TableError naming those there are."""
    known = profiles_of(kind)
    if not known:
        raise refuse(OPTION_WRONG, name="kind", given=kind, allowed=", ".join(KINDS))
    found = next((profile for profile in known if profile.name == name), None)
    if found is None:
        raise refuse(OPTION_WRONG, name="format", given=name, allowed=", ".join(profile.name for profile in known))
    return found


def profile_find(kind: str, sniff: Sniff) -> Profile:
    """Return the format that the header proves, else the generic one if its needed columns are there.

    Raises TableError for a header that fits nothing.
    """
    if not sniff.header_line:
        return profile_named(kind, "generic")
    header = header_columns(sniff.header, sniff.header_line)
    for profile in profiles_of(kind):
        if profile.matches(header):
            return profile
    plain = profile_named(kind, "generic")
    names = {name.casefold() for name in header}
    needed = [item for item in plain.columns if item.needed]
    if any(names & {name.casefold() for name in item.names} for item in needed):
        return plain
    raise refuse(FORMAT_UNKNOWN, line=sniff.header_line, present=", ".join(filter(None, sniff.header)))


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read with everything decided: what it is, its format, the user's mapping, and how cells are read."""

    path: Path
    sniff: Sniff
    profile: Profile
    mapping: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    limits: Limits = LIMITS

    def records(self) -> Iterator[Parsed]:
        """Yield the records in file order; raises TableError where the reading must end."""
        header = header_columns(self.sniff.header, self.sniff.header_line)
        places, names = self.profile.resolve(header, self.sniff.header, self.sniff.header_line, self.mapping)
        reading = self.reading
        if self.profile.group_by:
            rows = table_rows(self.path, self.sniff, self.limits)
            reading = replace(reading, split_keys=split_keys(rows, places.get(self.profile.group_by)))
        rows = table_rows(self.path, self.sniff, self.limits)
        return self.profile.parse(readers(rows, places, names, reading), reading)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user said about an import: format, file findings, mapping, currency, zone and the like."""

    format: str = ""
    sniff: SniffOptions = field(default_factory=SniffOptions)
    mapping: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    zone: str = ""
    warehouse: str = ""
    keep_duplicate_lines: bool | None = None
    prices_include_tax: bool | None = None


def source_open(
    path: Path,
    kind: str,
    wishes: Wishes | None = None,
    *,
    currency: str = "GBP",
    zone: str = "UTC",
    companion: Path | None = None,
    limits: Limits = LIMITS,
) -> Source:
    """Return a file ready to be read: sniffed, its format found or taken as wished.

    `currency` and `zone` are the company's, used where neither the user nor the format says otherwise; `companion` is
    the second file of a format that has one. Raises TableError for a file that can't be read.
    """
    wishes = wishes or Wishes()
    sniff = table_sniff(path, wishes.sniff, limits)
    profile = profile_named(kind, wishes.format) if wishes.format else profile_find(kind, sniff)
    options = wishes.sniff.over(profile.options)
    if options != wishes.sniff:
        sniff = table_sniff(path, options, limits)
    profile.resolve(sniff_columns(sniff), sniff.header, sniff.header_line, wishes.mapping)
    keep, included = wishes.keep_duplicate_lines, wishes.prices_include_tax
    reading = Reading(
        numbers=sniff.numbers,
        date_order=sniff.date_order,
        zone=wishes.zone or profile.zone or zone,
        currency=wishes.currency or profile.currency or currency,
        keep_duplicate_lines=profile.keep_duplicate_lines if keep is None else keep,
        warehouse=wishes.warehouse,
        prices_include_tax=profile.prices_include_tax if included is None else included,
    )
    if profile.companion and companion:
        second = Source(companion, table_sniff(companion, profile.companion.options, limits), profile.companion)
        lines: dict[str, list[Parsed]] = {}
        for item in replace(second, reading=reading).records():
            lines.setdefault(item.key, []).append(item)
        reading = replace(reading, companion_lines=lines)
    return Source(path, sniff, profile, wishes.mapping, reading, limits)
