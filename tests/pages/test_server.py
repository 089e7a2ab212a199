"""The shell: headers, the browser's id, closed doors, and what is said when a screen fails."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import insert, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from streamlit.testing.v1 import AppTest

import app as server
from cleanlist_core.results.large_files import Owner
from cleanlist_core.store import schema
from cleanlist_core.store.database import StoreError
from cleanlist_core.workspace import Workspace
from cleanlist_core.workspaces import Workspaces
from pages.parts import session
from tests.pages.conftest import Visitor

Ask = Callable[..., Awaitable[httpx.Response]]


async def _page(_request: Request) -> Response:
    return HTMLResponse("<h1>screen</h1>")


async def _file(_request: Request) -> Response:
    return PlainTextResponse("a,b\r\n" * 1000, media_type="text/csv")


SHELL = server.Edge(
    Starlette(
        routes=[
            Route("/", _page),
            Route("/media/{name}", _file),
            Route("/static/js/{name}", _file),
            *server.ROUTES,
        ]
    )
)


async def ask(path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=SHELL)
    async with httpx.AsyncClient(transport=transport, base_url="http://dashboard.example") as client:
        return await client.get(path, headers=headers)


def get(path: str, **headers: str) -> httpx.Response:
    return asyncio.run(ask(path, **headers))


def test_every_answer_says_what_a_browser_may_do_with_it() -> None:
    headers = get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self'( 'sha256-[\w+/=]+')*;", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_new_browser_gets_an_id_no_script_can_read() -> None:
    cookie = get("/").headers["set-cookie"]
    assert re.match(r"bid=[\w-]{32};", cookie)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert get("/").headers["set-cookie"] != cookie


@pytest.mark.parametrize(
    ("cookie", "gets_one"),
    [
        pytest.param("bid=" + "a" * 32, False, id="a browser that has an id keeps it"),
        pytest.param("other=1; bid=" + "a" * 32, False, id="wherever it stands among the cookies"),
        pytest.param("bid=short", True, id="an id that could be guessed is replaced"),
        pytest.param("forbid=" + "a" * 32, True, id="another cookie is no id"),
    ],
)
def test_the_id_is_given_once(cookie: str, gets_one: bool) -> None:
    assert ("set-cookie" in get("/", cookie=cookie).headers) is gets_one


def test_only_pages_give_out_ids() -> None:
    assert "set-cookie" not in get("/media/file.csv").headers


def test_downloads_are_not_kept_by_anyone_on_the_way() -> None:
    assert get("/media/file.csv").headers["cache-control"] == "private, no-store"


def test_scripts_travel_compressed() -> None:
    assert get("/static/js/main.js").headers["content-encoding"] == "gzip"


def test_inner_figures_of_the_server_are_nobodys_business() -> None:
    assert get("/_stcore/metrics").status_code == 404


@pytest.mark.parametrize(
    ("path", "accept", "leads_home"),
    [
        pytest.param("/nosuchpage", "text/html,*/*", True, id="a page there is not"),
        pytest.param("/home", "text/html,*/*", True, id="Home by its name"),
        pytest.param("/history", "text/html,*/*", False, id="a page"),
        pytest.param("/healthz", "text/html,*/*", False, id="a route"),
        pytest.param("/_stcore/health", "text/html,*/*", False, id="what belongs to the server"),
        pytest.param("/nosuchpage", "*/*", False, id="asked by a program"),
        pytest.param("/", "text/html,*/*", False, id="Home"),
    ],
)
def test_a_browser_at_an_address_that_leads_nowhere_is_led_home(
    path: str, accept: str, leads_home: bool, opened: Workspaces
) -> None:
    assert opened
    found = get(path, accept=accept)
    led = (found.status_code, found.headers.get("location")) == (303, "/?no_page=1")
    assert led is leads_home


def test_home_says_that_there_is_no_page_at_that_address(visitor: Visitor) -> None:
    assert "There is no page at this address." not in visitor.text
    assert "There is no page at this address. This is Home." in visitor.go("home.py", no_page="1").text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b'{"event": "enrichment.completed", "workflow_id": "w"}', 404, id="an unknown address"),
        pytest.param(b"x" * (16 * 1024 * 1024 + 1), 413, id="more than any list can be"),
    ],
)
@pytest.mark.usefixtures("server")
def test_announcements_from_strangers_are_turned_away(body: bytes, status: int) -> None:
    async def announce() -> httpx.Response:
        transport = httpx.ASGITransport(app=SHELL)
        async with httpx.AsyncClient(transport=transport, base_url="http://dashboard.example") as client:
            return await client.post("/announcements/nobody/nothing", content=body)

    assert asyncio.run(announce()).status_code == status


@pytest.mark.usefixtures("server")
def test_health_says_whether_lists_can_be_kept() -> None:
    answer = get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("server")
def test_health_fails_when_a_setting_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANLIST_RATE_LIMIT", "many")
    answer = get("/healthz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "settings")


@pytest.mark.usefixtures("server")
def test_health_fails_while_the_data_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(_workspace: Workspace) -> None:
        raise StoreError("The data store could not be used.")

    monkeypatch.setattr(Workspace, "check_data", out_of_reach)
    answer = get("/healthz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "store")


def test_websockets_pass_untouched() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(server.Edge(inner)({"type": "websocket", "path": "/_stcore/stream"}, None, None))  # type: ignore[arg-type]  # nothing is received or sent
    assert seen == ["websocket"]


def test_a_failing_screen_gives_a_reference_and_keeps_keys_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def script() -> None:
        import app as server

        server.on_script_error(ValueError("refused clapi_abcdef-123456 and cl_live_ab-cdef123456"))

    with caplog.at_level(logging.ERROR, logger="cleanlist"):
        shown = AppTest.from_function(script, default_timeout=60).run()
    message = shown.error[0].value
    reference = re.search(r"\*\*([0-9a-f]{8})\*\*", message)
    assert reference is not None
    assert "ValueError" not in message
    assert reference[1] in caplog.text
    assert "ValueError: refused [key] and [key]" in caplog.text
    assert "123456" not in caplog.text


def test_the_script_of_notifications_comes_from_here_and_none_is_allowed_inline() -> None:
    answer = get("/notify.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "requestPermission" in answer.text
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"].split("style-src")[0]


ANN, BEN = "a" * 32, "b" * 32


@pytest.fixture
def large_file(opened: Workspaces) -> str:
    """The token of a file that was prepared for Ann's browser, which practises."""
    workspace = opened.practice
    assert workspace is not None
    account = workspace.connect_practice()
    database = workspace.database
    with database.write() as connection:
        whose = {"organization_id": account.organization_id}
        about = {"columns": ["Name"], "mapping": {}, "notes": [], "reasons": {}}
        connection.execute(insert(schema.contact_list).values(id="list-1", created_at=1, **whose, **about))
        run = {"enrichment_type": "partial", "state": "finished", "confirmed_at": 1}
        connection.execute(insert(schema.run).values(id="run-1", list_id="list-1", **whose, **run))
    for browser, organization_id in ((ANN, account.organization_id), (BEN, "org_ben")):
        name = session.browser_of({"bid": browser})
        session._browsers().remember(name, session.Connection(organization_id, practice=True))
    owner = Owner(session.browser_of({"bid": ANN}), account.organization_id, practice=True)
    return session.shelf().put(owner, "run-1", "Frühling; 1.csv", lambda out: out.write(b"a,b\r\n" * 50_000))


def test_a_large_file_is_streamed_to_the_browser_it_was_prepared_for(large_file: str) -> None:
    answer = get(f"/downloads/{large_file}", cookie=f"bid={ANN}")
    assert answer.status_code == 200
    assert answer.content == b"a,b\r\n" * 50_000
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"].startswith(
        "attachment; filename*=utf-8''Fr%C3%BChling%3B%201"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("token", "cookie"),
    [
        pytest.param("", f"bid={BEN}", id="another organization"),
        pytest.param("", "", id="nobody"),
        pytest.param("x", f"bid={ANN}", id="a token that was never given"),
        pytest.param("..%2F..%2Fcleanlist.sqlite3", f"bid={ANN}", id="a path"),
        pytest.param("%2e%2e/practice.sqlite3", f"bid={ANN}", id="another path"),
    ],
)
def test_a_large_file_does_not_exist_for_anybody_else(large_file: str, token: str, cookie: str) -> None:
    assert get(f"/downloads/{token or large_file}", cookie=cookie).status_code == 404


def test_a_large_file_goes_with_the_data_of_its_list(large_file: str, opened: Workspaces) -> None:
    assert opened.practice is not None
    with opened.practice.database.write() as connection:
        connection.execute(update(schema.contact_list).values(deleted_at=2))
    assert get(f"/downloads/{large_file}", cookie=f"bid={ANN}").status_code == 404


def test_a_log_of_requests_holds_no_secret_of_an_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(server.SecretsOutOfTheLog())
    with caplog.at_level(logging.INFO, logger="uvicorn.access"):
        for path in ("/downloads/s3cret?x=1", "/announcements/name/s3cret", "/results?run=1"):
            logging.getLogger("uvicorn.access").info('%s - "%s %s" %d', "127.0.0.1", "GET", path, 200)
    assert "s3cret" not in caplog.text
    assert "/downloads/[secret]" in caplog.text
    assert "/results?run=1" in caplog.text
