"""The API as a whole: one NinjaAPI with the door in front, errors as problems, and its OpenAPI 3.1 document."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

import cefn
from cefn.api.door import AccessToken, KeptBody
from cefn.api.problems import PROBLEM_TYPE, handle
from cefn.api.shapes import Problem, ProblemFault

SHARED = {
    "401": "No valid access token came with the request.",
    "403": "The token's scopes or its person's role do not include this.",
    "404": "There is no such thing, or not for this person.",
    "409": "Things are not in a state that allows this, or the Idempotency-Key came before with another request.",
    "412": "The document is no longer the version of If-Match.",
    "413": "The body is larger than 5 MB.",
    "415": "The body is of another content type.",
    "422": "Something in the request can't be used; `faults` names each field.",
    "429": "The token has used up its requests for this minute; see Retry-After.",
    "503": "The database or a carrier did not answer in time.",
}
"""Refusals that every address may answer, declared once."""
DESCRIPTION = """\
The back office of an online shop: products, stock, orders, shipments, returns, invoices and payments.

Access tokens (made under Settings) are sent as `Authorization: Bearer …`. Ids are strings of digits. Amounts are whole
minor units (`*_minor`, pence), unit prices and costs millionths (`*_micro`), quantities whole smallest units. Moments
are RFC 3339 in UTC. Lists take `cursor` and `limit` and answer `items` and `next`. Every write needs an
`Idempotency-Key`. Refusals are `application/problem+json` with a code, a sentence and a next step.
"""


class CefnApi(NinjaAPI):
    """A NinjaAPI whose document declares the shared refusals and whose validation keeps the value as given."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Return what is wrong with the parameters, each with its place and its value."""
        found: list[dict[str, Any]] = []
        for context in error_contexts:
            names = getattr(context.model, "__ninja_flatten_map_reverse__", {})
            source = context.model.__ninja_param_source__
            found.extend(
                {**fault, "loc": (source, *names.get(fault["loc"], fault["loc"]))}
                for fault in context.pydantic_validation_error.errors(include_url=False)
            )
        return ValidationError(found)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the view: `orders_place`."""
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Return the OpenAPI document."""
        return document()


def answer(request: HttpRequest, exc: Any) -> HttpResponse:
    """Answer any exception as a problem."""
    return handle(request, exc)


def api_make() -> CefnApi:
    """Return the API without its areas."""
    made = CefnApi(
        title="Cefn",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        auth=AccessToken(),
        parser=KeptBody(),
        urls_namespace="api-v1",
    )
    for kind in (Exception, HttpError, AuthenticationError, ValidationError):
        made.add_exception_handler(kind, answer)
    return made


api = api_make()


@cache
def document() -> OpenAPISchema:
    """Return the OpenAPI 3.1 document, made once: ninja's, with the shared refusals on every operation."""
    found = NinjaAPI.get_openapi_schema(api, path_prefix="/api/v1/")
    found["info"]["x-cefn-version"] = cefn.__version__
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    components = found["components"]
    schemas = components.setdefault("schemas", {})
    for shape in (ProblemFault, Problem):
        schemas[shape.__name__] = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas[shape.__name__].pop("$defs", None)
    components["responses"] = {
        f"Refused{status}": {
            "description": text,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, text in SHARED.items()
    }
    for operations in found["paths"].values():
        for method, operation in operations.items():
            _operation_finish(method, operation)
    return found


def _operation_finish(method: str, operation: dict[str, Any]) -> None:
    """Give an operation the refusals that it may answer."""
    reading = {"401", "403", "404", "409", "422", "429", "503"}
    wanted = reading if method == "get" else set(SHARED)
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    responses = {str(status): found for status, found in operation["responses"].items()}
    for status in sorted(wanted):
        responses.setdefault(status, {"$ref": f"#/components/responses/Refused{status}"})
    operation["responses"] = responses


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter's schema without the null that stands for leaving it out: an address can't say null."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kinds[0], **rest} if len(kinds) == 1 else schema
