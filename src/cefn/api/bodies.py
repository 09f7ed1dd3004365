"""Reading JSON strictly: what the standard parser lets through silently is refused here, with its place.

Refused are: names that come twice in one object, NaN and Infinity, whole numbers beyond 64 bits, more than 32 levels,
more than 5 MB, other content types, bytes that are not UTF-8, NUL characters and half surrogate pairs. RFC 8259 leaves
the first three open and I-JSON (RFC 7493) forbids them.
"""

import json
import math
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cefn.api.errors import BodyTooLarge, BodyUnreadable, ContentTypeWrong
from cefn.kernel.errors import Fault, InvalidInput

BODY_BYTES = 5 * 1024 * 1024
DEPTH = 32
LEAST, MOST = -(2**63), 2**63 - 1
DIGITS = 20
JSON_TYPE = "application/json"
FORM_TYPE = "multipart/form-data"


def body_read(request: HttpRequest) -> Any:
    """Return the JSON value of a request's body, None for an empty one.

    Raises BodyTooLarge, ContentTypeWrong, BodyUnreadable; the last also for a body in chunks, whose length nobody told.
    """
    length = request.headers.get("Content-Length", "") or "0"
    if length.isascii() and length.isdigit() and int(length[:DIGITS]) > BODY_BYTES:
        raise BodyTooLarge(limit=BODY_BYTES >> 20)
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not request.headers.get("Content-Length"):
        _refuse(_("its length is not told"))
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise BodyTooLarge(limit=BODY_BYTES >> 20) from error
    if len(body) > BODY_BYTES:
        raise BodyTooLarge(limit=BODY_BYTES >> 20)
    if not body:
        return None
    content_type_require(request, JSON_TYPE)
    return json_read(body)


def content_type_require(request: HttpRequest, wanted: str) -> None:
    """Raise ContentTypeWrong unless the request is of the wanted type, in UTF-8 if it names an encoding."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != wanted or (wanted == JSON_TYPE and charset not in {"utf-8", "utf8"}):
        given = request.headers.get("Content-Type", "")[:80] or _("(none)")
        raise ContentTypeWrong(given=given, wanted=wanted)


def json_read(body: bytes) -> Any:
    """Return the value of JSON text; raises BodyUnreadable saying why."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(_("byte %(at)s is not UTF-8") % {"at": error.start + 1}, error)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        _refuse(_("line %(line)s, column %(column)s is not JSON") % place, error)
    except RecursionError as error:
        _refuse(_("it has more than %(most)s levels") % {"most": DEPTH}, error)
    _check(value)
    return value


def _refuse(why: str, cause: Exception | None = None) -> NoReturn:
    raise BodyUnreadable(why=why) from cause


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        _refuse(_("the name %(name)s comes twice in one object") % {"name": _shown(twice)})
    return value


def _whole(digits: str) -> int:
    if len(digits) > DIGITS or not LEAST <= int(digits) <= MOST:
        _refuse(_("the number %(number)s… is beyond 64 bits") % {"number": digits[:24]})
    return int(digits)


def _fraction(digits: str) -> float | int:
    whole, _point, rest = digits.partition(".")
    if rest and not rest.strip("0"):
        return _whole(whole)  # JSON Schema calls 12.0 an integer (2020-12, section 6.1.1), and it is exactly one
    value = float(digits)
    if not math.isfinite(value):
        _refuse(_("the number %(number)s… is beyond 64 bits") % {"number": digits[:24]})
    return value


def _constant(name: str) -> NoReturn:
    _refuse(_("%(name)s is not a number") % {"name": name})


def _check(value: Any) -> None:
    """Look through a value without recursion for what no text may hold and for too many levels."""
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        part, level = todo.pop()
        if isinstance(part, str):
            text_check(part)
        elif isinstance(part, dict | list):
            if level > DEPTH:
                _refuse(_("it has more than %(most)s levels") % {"most": DEPTH})
            if isinstance(part, dict):
                todo.extend((name, level) for name in part)
                todo.extend((inner, level + 1) for inner in part.values())
            else:
                todo.extend((inner, level + 1) for inner in part)


def text_check(text: str) -> None:
    """Raise BodyUnreadable for a text with a NUL character or half a surrogate pair."""
    if "\x00" in text:
        _refuse(_("a text holds a NUL character"))
    if any("\ud800" <= char <= "\udfff" for char in text):
        _refuse(_("a text holds half a surrogate pair"))


def _shown(text: str) -> str:
    return text[:60].encode("utf-8", "replace").decode()


def query_check(request: HttpRequest) -> None:
    """Refuse a query whose texts hold NUL characters or that names one thing twice. Raises InvalidInput."""
    faults = []
    for name, values in request.GET.lists():
        if len(values) > 1:
            faults.append(Fault(name[:80], values[-1][:80], _("This is given more than once."), _("Give it once.")))
        elif "\x00" in name or "\x00" in values[0]:
            shown = name.replace("\x00", "")[:80]
            faults.append(Fault(shown, "", _("A NUL character can't be part of a text."), _("Leave it out.")))
    if faults:
        raise InvalidInput(faults=faults)
