"""The reference names every address of the API, and no other."""

import re
from pathlib import Path

from cefn.api.openapi import document


def test_the_reference_lists_every_address(repository: Path) -> None:
    text = (repository / "docs" / "reference" / "api.md").read_text("utf-8")
    told = set(re.findall(r"^\| (GET|POST|PATCH|DELETE) \| `([^`]+)` \|", text, re.MULTILINE))
    there = {
        (method.upper(), address.removeprefix("/api/v1"))
        for address, operations in document()["paths"].items()
        for method in operations
    }
    assert told == there


def test_every_operation_says_which_permission_it_needs() -> None:
    for address, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert re.search(r"permission", operation["description"], re.IGNORECASE), f"{method} {address}"
