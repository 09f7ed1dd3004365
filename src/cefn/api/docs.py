"""The OpenAPI document and the page that shows it to people, made on the server from that document: no scripts."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cefn.api.openapi import document

METHODS = ("get", "post", "patch", "put", "delete")


@require_safe
def openapi_json(request: HttpRequest) -> JsonResponse:
    """Return the OpenAPI 3.1 document."""
    return JsonResponse(document())


@require_safe
def docs_page(request: HttpRequest) -> HttpResponse:
    """Show the document as a page."""
    found = document()
    return render(
        request,
        "api/docs.html",
        {"info": found["info"], "areas": areas_of(found), "shapes": shapes_of(found), "refusals": refusals_of(found)},
    )


def areas_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the operations by area, in the order of the document."""
    areas: dict[str, list[dict[str, Any]]] = {}
    for address, operations in found["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                areas.setdefault(operation["tags"][0], []).append(_operation(address, method, operation))
    return [{"name": name, "operations": operations} for name, operations in areas.items()]


def _operation(address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "address": address,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "is_needed": one.get("required", False),
                "kind": kind_text(one["schema"]),
                "description": one.get("description") or one["schema"].get("description", ""),
            }
            for one in operation.get("parameters", [])
        ],
        "bodies": [(kind, reference_name(one["schema"])) for kind, one in content.items()],
        "answers": [
            (status, reference_name(next(iter(one["content"].values()))["schema"]))
            for status, one in operation["responses"].items()
            if "content" in one
        ],
    }


def shapes_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the shapes with their fields, by name."""
    return [
        {
            "name": name,
            "description": shape.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "kind": kind_text(schema),
                    "link": reference_name(schema),
                    "is_needed": field in shape.get("required", ()),
                    "description": schema.get("description", ""),
                }
                for field, schema in shape.get("properties", {}).items()
            ],
        }
        for name, shape in sorted(found["components"]["schemas"].items())
    ]


def refusals_of(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the shared refusals: status and when."""
    shared = found["components"]["responses"]
    return [(name.removeprefix("Refused"), one["description"]) for name, one in shared.items()]


def reference_name(schema: dict[str, Any]) -> str:
    """Return the name of the shape that a schema points to, through lists and nulls; empty if it has none."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    inner = [schema.get("items", {}), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    return next((name for one in inner if one and (name := reference_name(one))), "")


def kind_text(schema: dict[str, Any]) -> str:
    """Return what a value may be, in a few words."""
    if "$ref" in schema:
        return reference_name(schema)
    if "anyOf" in schema:
        return " | ".join(kind_text(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{kind_text(schema.get('items', {}))}]"
    parts = [str(schema.get("type", "any"))]
    if "format" in schema:
        parts.append(schema["format"])
    limits = {"minimum": "≥", "maximum": "≤", "minLength": "length ≥", "maxLength": "length ≤", "pattern": "~"}
    parts += [f"{sign} {schema[name]}" for name, sign in limits.items() if name in schema]
    return " ".join(parts)
