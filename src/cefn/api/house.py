"""The API as a whole: one NinjaAPI with the door in front and errors as problems."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError, ValidationErrorContext
from ninja.operation import Operation

from cefn.api.door import AccessToken, KeptBody
from cefn.api.problems import handle

DESCRIPTION = """\
The back office of an online shop: products, stock, orders, shipments, returns, invoices and payments.

Access tokens (made under Settings) are sent as `Authorization: Bearer …`. Ids are strings of digits. Amounts are whole
minor units (`*_minor`, pence), unit prices and costs millionths (`*_micro`), quantities whole smallest units. Moments
are RFC 3339 in UTC. Lists take `cursor` and `limit` and answer `items` and `next`. Every write needs an
`Idempotency-Key`. Refusals are `application/problem+json` with a code, a sentence and a next step.
"""


class CefnApi(NinjaAPI):
    """A NinjaAPI whose validation keeps the value as given."""

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
