"""Writes that happen once: every one carries an Idempotency-Key, and a repeat gets the first answer again.

The key is claimed, the service called and the answer stored in one transaction, so a crash leaves either all of it or
nothing, and a second request with the same key waits for the first. Keys belong to the person behind the token. A
refused request leaves no key behind: mend it and send it under the same one.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from ninja.params.functions import Header
from ninja.utils import contribute_operation_args
from pydantic import Field

from cefn.api.bodies import FORM_TYPE
from cefn.api.errors import VersionChanged
from cefn.api.shapes import Out
from cefn.kernel import sql
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.idempotency import body_digest, key_claim, key_settle
from cefn.platform.permissions import permission_require

KEY_PATTERN = "^[!-~]{8,120}$"
KeyText = Annotated[str, Field(pattern=KEY_PATTERN)]
KEY_TEXT = (
    "Names this write, 8 to 120 visible ASCII characters, such as a UUID. The same key with the same request gets the "
    "first answer again, with the header Idempotency-Replayed: true; with another request it is refused (409)."
)

KEY_HEADER: Any = Header(..., alias="Idempotency-Key", description=KEY_TEXT)

View = Callable[..., Any]


def once(permission: str, shape: type[Out], status: int = 200, *, outside: bool = False) -> Callable[[View], View]:
    """Return the decorator of a writing view: permission, key, one transaction, answer in a shape.

    The view returns what the shape is made from. With `outside` it runs between two transactions instead of in one,
    for services that make transactions of their own (calls to a carrier, long reading) and are themselves repeatable.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, idempotency_key: str, **kwargs: Any) -> JsonResponse:
            actor: Actor = request.actor  # type: ignore[attr-defined]
            permission_require(actor, permission)
            claim = _Claim(request, actor, idempotency_key)

            def answer() -> tuple[dict[str, Any], bool]:
                earlier = claim.take()
                if earlier is not None:
                    return earlier, True
                body = answer_make(request, shape, status, lambda: view(request, *args, **kwargs))
                claim.settle(body)
                return body, False

            def answer_outside() -> tuple[dict[str, Any], bool]:
                earlier = claim.peek()
                if earlier is not None:
                    return earlier, True
                body = answer_make(request, shape, status, lambda: view(request, *args, **kwargs))
                return run_whole(lambda: claim.keep(body))

            kept, is_repeat = answer_outside() if outside else run_whole(answer)
            return _response(kept, is_repeat)

        contribute_operation_args(guarded, "idempotency_key", KeyText, KEY_HEADER)
        guarded.api_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def answer_make(request: HttpRequest, shape: type[Out], status: int, use_case: Callable[[], Any]) -> dict[str, Any]:
    """Run a use case and return what is answered and kept: status and body."""
    body = shape.model_validate(use_case(), context={"request": request}).model_dump()
    return {"status": status, "body": body}


class _Claim:
    """A key, and the digest of the whole request that it stands for."""

    def __init__(self, request: HttpRequest, actor: Actor, key: str) -> None:
        form: dict[str, Any] = {}
        files: dict[str, Any] = {}
        if request.content_type == FORM_TYPE:
            form = dict(request.POST.lists())
            files = {name: _files_digest(request.FILES.getlist(name)) for name in request.FILES}
        self.company_id = actor.company_id
        self.scope = f"api:{actor.user_id}"
        self.key = key
        self.digest = body_digest(
            [request.method, request.path, dict(request.GET.lists()), request.kept_body, form, files]  # type: ignore[attr-defined]
        )

    def take(self) -> dict[str, Any] | None:
        earlier: dict[str, Any] | None = key_claim(
            company_id=self.company_id, scope=self.scope, key=self.key, body_hash=self.digest
        )
        return earlier

    def settle(self, body: dict[str, Any]) -> None:
        key_settle(company_id=self.company_id, scope=self.scope, key=self.key, result=body)

    def peek(self) -> dict[str, Any] | None:
        """Return the earlier answer, if there is one, without leaving the key claimed."""

        def look() -> dict[str, Any]:
            earlier = self.take()
            if earlier is None:
                raise _Unused
            return earlier

        try:
            return run_whole(look)
        except _Unused:
            return None

    def keep(self, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Store an answer, unless somebody else has stored theirs meanwhile; return the one that counts."""
        earlier = self.take()
        if earlier is not None:
            return earlier, True
        self.settle(body)
        return body, False


class _Unused(Exception):
    """The key was not used before; takes back the claim that found it out."""


def _files_digest(files: list[Any]) -> list[tuple[str, str]]:
    """Return (name, SHA-256) of each file that was sent, and leave each at its beginning."""
    found = []
    for file in files:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        found.append((file.name, digest.hexdigest()))
    return found


def _response(kept: dict[str, Any], is_repeat: bool) -> JsonResponse:
    response = JsonResponse(kept["body"], status=kept["status"])
    if is_repeat:
        response.headers["Idempotency-Replayed"] = "true"
    if "version" in kept["body"]:
        response.headers["ETag"] = etag_text(kept["body"]["version"])
    return response


def etag_text(version: int) -> str:
    """Return the ETag of a document of this version."""
    return f'"{version}"'


def version_require(*, document: str, version: int, if_match: str | None) -> None:
    """Raise VersionChanged unless the caller's If-Match, if any, names this version (RFC 9110, section 13.1.1)."""
    if not if_match or if_match.strip() == "*":
        return
    if etag_text(version) not in {part.strip() for part in if_match.split(",")}:
        raise VersionChanged(document=document, version=version)


def rows_lock(rows: Any) -> list[Any]:
    """Return rows locked in key order until the transaction ends; where only one writes at a time, as they are."""
    ordered = rows.order_by("id")
    return list(ordered if sql.one_writer() else ordered.select_for_update(of=("self",)))
