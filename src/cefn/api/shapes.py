"""What values look like in the API: strict coming in, plain going out.

Ids are digits in quotation marks, moments RFC 3339 in UTC with milliseconds, days ISO 8601, money whole minor units,
unit prices whole millionths, quantities whole smallest units. What comes in is never bent to fit: "1" is not 1, and a
field that nobody knows is refused.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn

from django.db import models
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

ID_PATTERN = "^[1-9][0-9]{0,18}$"
ID_MOST = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$", re.ASCII)
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
WHOLE = re.compile(r"^-?[0-9]{1,18}$", re.ASCII)

QUANTITY_MOST = 10**8
PRICE_MOST_MICRO = 10**12
AMOUNT_MOST_MINOR = 10**14
TEXT_MOST = 10_000


class In(Schema):
    """The base of what comes in: strict types, no unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(Schema):
    """The base of what goes out; fields are read from a row of the same names or by a resolver."""


def _refuse(kind: str, **facts: Any) -> NoReturn:
    raise PydanticCustomError(kind, "{kind}", {"kind": kind, **facts})


def _id_read(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(ID_PATTERN, value, re.ASCII) or int(value) > ID_MOST:
        _refuse("cefn_id")
    return int(value)


def moment_read(value: Any) -> datetime:
    """Return the moment that a text names by RFC 3339, in UTC; refuses other forms, leap seconds and far years."""
    found = MOMENT.match(value) if isinstance(value, str) else None
    if found is None:
        _refuse("cefn_moment")
    day, time, fraction, offset = found.groups()
    try:
        text = f"{day}T{time}{(fraction or '')[:7]}{'+00:00' if offset in 'Zz' else offset}"
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse("cefn_moment")
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        _refuse("cefn_moment")
    return moment


def _day_read(value: Any) -> date:
    if not isinstance(value, str) or not DAY.match(value):
        _refuse("cefn_day")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        _refuse("cefn_day")
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        _refuse("cefn_day")
    return day


def _whole_read(value: Any) -> Any:
    if isinstance(value, str):
        if not WHOLE.match(value):
            _refuse("cefn_whole")
        return int(value)
    return value


def _flag_read(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            _refuse("cefn_flag")
        return value == "true"
    return value


def moment_text(value: Any) -> Any:
    """Return a moment as it goes out."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value


def _day_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _not_zero(value: int) -> int:
    if value == 0:
        _refuse("cefn_zero")
    return value


def _id_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


def choice(known: type[models.TextChoices] | tuple[str, ...]) -> tuple[Any, ...]:
    """Return the annotations of a text that is one of these."""
    values: list[Any] = list(known if isinstance(known, tuple) else known.values)

    def read(value: str) -> str:
        if value not in values:
            _refuse("cefn_choice", known=", ".join(values))
        return value

    return AfterValidator(read), Field(json_schema_extra={"enum": values})


def fits(model: type[models.Model], field: str, least: int = 0) -> Any:
    """Return the annotation of a text that fits a column."""
    return Field(max_length=model._meta.get_field(field).max_length or TEXT_MOST, min_length=least)  # type: ignore[union-attr]


_ID_SCHEMA = {"type": "string", "pattern": ID_PATTERN, "examples": ["382451837465133056"]}

Id = Annotated[str, Field(pattern=ID_PATTERN), BeforeValidator(_id_text)]
"""An id going out."""
IdIn = Annotated[int, BeforeValidator(_id_read), WithJsonSchema(_ID_SCHEMA)]
"""An id coming in, in a body, a path or a query."""
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}), BeforeValidator(moment_text)]
"""A moment going out."""
MomentIn = Annotated[datetime, BeforeValidator(moment_read), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A moment coming in."""
Day = Annotated[str, Field(json_schema_extra={"format": "date"}), BeforeValidator(_day_text)]
"""A calendar day going out."""
DayIn = Annotated[date, BeforeValidator(_day_read), WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar day coming in."""
Flag = Annotated[bool, BeforeValidator(_flag_read)]
"""true or false in a query."""
Limit = Annotated[
    int, Field(ge=1, le=200, description="How many rows at most, 1 to 200."), BeforeValidator(_whole_read)
]
"""How many rows a page has at most."""
Offset = Annotated[int, Field(ge=0, le=10**6, description="How many rows to pass over."), BeforeValidator(_whole_read)]
"""How many rows to pass over."""
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2, such as GB.")]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MOST, description="In the variant's smallest unit.")]
Change = Annotated[
    int,
    Field(ge=-QUANTITY_MOST, le=QUANTITY_MOST, json_schema_extra={"not": {"const": 0}}),
    AfterValidator(_not_zero),
]
"""A quantity found (above zero) or lost (below)."""
PriceMicro = Annotated[int, Field(ge=0, le=PRICE_MOST_MICRO, description="Millionths of the company's currency.")]
AmountMinor = Annotated[int, Field(ge=0, le=AMOUNT_MOST_MINOR, description="Whole minor units (pence).")]
Reason = Annotated[str, Field(min_length=1, max_length=255)]


def document_answer(*kinds: str) -> dict[str, Any]:
    """Return what the OpenAPI document says of an answer that is a file of one of these kinds."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"content": content}}}


class AddressIn(In):
    """An address as it is written down."""

    name: Annotated[str, Field(max_length=200)] = ""
    company_name: Annotated[str, Field(max_length=200)] = ""
    line1: Annotated[str, Field(max_length=200)] = ""
    line2: Annotated[str, Field(max_length=200)] = ""
    city: Annotated[str, Field(max_length=120)] = ""
    region: Annotated[str, Field(max_length=120)] = ""
    postcode: Annotated[str, Field(max_length=24)] = ""
    country: Country | None = None
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""

    def as_copy(self) -> dict[str, str]:
        """Return the filled fields, as documents keep them."""
        return {name: value for name, value in self.model_dump().items() if value}


class AddressOut(Out):
    """An address that a document keeps; fields that are not known are empty."""

    name: str = ""
    company_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


class ReasonIn(In):
    """Why something is done."""

    reason: Reason


class ProblemFault(Out):
    """One thing that is wrong, and what to do about it."""

    field: str
    value: str
    sentence: str
    remedy: str


class Problem(Out):
    """What went wrong (RFC 9457), with Cefn's code and the next step, in the language of Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(pattern="^CEFN-[A-Z]+-[0-9]{3}$")]
    faults: list[ProblemFault]
    next_step: str
