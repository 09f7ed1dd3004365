"""The OpenAPI 3.1 document of all areas."""

from functools import cache
from typing import Any

from ninja.openapi.schema import OpenAPISchema

import cefn
from cefn.api.areas import api
from cefn.api.problems import PROBLEM_TYPE
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
    "502": "A carrier answered with an error of its own.",
    "503": "The database or a carrier did not answer in time.",
}
"""Refusals that every address may answer, declared once."""


@cache
def document() -> OpenAPISchema:
    """Return the OpenAPI 3.1 document, made once: ninja's, with the shared refusals on every operation."""
    found = api.get_openapi_schema(path_prefix="/api/v1/")
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
