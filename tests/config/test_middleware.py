"""What is done around every request."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from structlog.testing import capture_logs

from cefn.config.middleware import CONTENT_SECURITY_POLICY, RequestMiddleware, StrictHeadersMiddleware

Next = Callable[[HttpRequest], HttpResponse]


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def test_a_request_keeps_the_name_it_came_with(rf: RequestFactory) -> None:
    given = RequestMiddleware(ok)(rf.get("/", headers={"x-request-id": "abcdef-0123456789"}))
    assert given.headers["X-Request-Id"] == "abcdef-0123456789"


@pytest.mark.parametrize("name", ["short", 'x"} {"forged": "line', "a" * 65, "two\twords1", "ünïcode-name"])
def test_a_name_that_could_forge_a_log_line_is_replaced(rf: RequestFactory, name: str) -> None:
    response = RequestMiddleware(ok)(rf.get("/", headers={"x-request-id": name}))
    assert response.headers["X-Request-Id"] != name
    assert response.headers["X-Request-Id"].isalnum()


def test_each_request_is_one_line_and_leaves_nothing_behind(rf: RequestFactory) -> None:
    with capture_logs() as lines:
        RequestMiddleware(ok)(rf.get("/orders/", {"q": "secret"}))
    assert len(lines) == 1
    line = lines[0]
    assert (line["method"], line["path"], line["status"], line["log_level"]) == ("GET", "/orders/", 200, "info")
    assert isinstance(line["ms"], int)
    assert "secret" not in json.dumps(line)
    assert structlog.contextvars.get_contextvars() == {}


def test_failures_are_warnings_and_watchers_are_quiet(rf: RequestFactory) -> None:
    with capture_logs() as lines:
        RequestMiddleware(lambda request: HttpResponse(status=500))(rf.get("/orders/"))
        RequestMiddleware(ok)(rf.get("/healthz"))
        RequestMiddleware(ok)(rf.get("/static/web/base.css"))
    assert [line["log_level"] for line in lines] == ["warning"]


def test_headers_are_strict_unless_a_view_says_otherwise(rf: RequestFactory) -> None:
    response = StrictHeadersMiddleware(ok)(rf.get("/"))
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["Cache-Control"] == "private, no-cache"

    def own(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok", headers={"Content-Security-Policy": "default-src 'none'"})

    assert StrictHeadersMiddleware(own)(rf.get("/")).headers["Content-Security-Policy"] == "default-src 'none'"


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    directives = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["object-src"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_log_lines_are_json_with_their_facts() -> None:
    code = (
        "import logging, logging.config, structlog\n"
        "from cefn.config.logs import logging_settings\n"
        "logging.config.dictConfig(logging_settings(level='INFO', style='json'))\n"
        "structlog.get_logger('cefn.test').info('shipped', number='SH-1')\n"
        "logging.getLogger('other').warning('a %s thing', 'plain', extra={'sku': 'MUG'})\n"
        "logging.getLogger('other').debug('unheard')\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.getLogger('other').exception('broke')\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second, third = (json.loads(line) for line in result.stderr.splitlines())
    assert (first["event"], first["number"], first["level"], first["logger"]) == (
        "shipped",
        "SH-1",
        "info",
        "cefn.test",
    )
    assert first["at"].endswith("Z")
    assert (second["event"], second["sku"]) == ("a plain thing", "MUG")
    assert "ZeroDivisionError" in third["exception"]
    assert logging.getLogger("cefn.request").isEnabledFor(logging.WARNING)
