"""The server: the screens, the routes beside them, and the engines that go on when no browser is open.

Start it with `streamlit run app.py` or `uvicorn app:app`.
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import gc
import hashlib
import logging
import re
import secrets
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

log = logging.getLogger("cleanlist")

PAGES = {page.stem for page in (ROOT / "pages").glob("*.py")} - {"__init__", "dashboard", "home"}
"""The paths of the screens but Home, which is at the top: the names of their files."""
COOKIE_SECONDS = 30 * 86_400
NOT_KEPT = {"cache-control": "private, no-store"}
_A_KEY = re.compile(r"\bcl[a-z]{0,4}_[\w-]{6,}")
_A_SECRET = re.compile(r"(/(?:downloads|announcements)/).*")
_KNOWN_BROWSER = re.compile(rb"(?:^|;\s*)bid=[\w-]{32}")


def _content_security_policy() -> bytes:
    """Only our own origin, and the few scripts that Streamlit's page carries inline."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    inline = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'self'; script-src 'self' {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ).encode()


class Edge:
    """Headers of every answer, the browser's id, and what strangers need not see.

    Websockets pass untouched, and no body is read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressed = GZipMiddleware(app, minimum_size=1024, compresslevel=5)
        self.policy = _content_security_policy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["path"] == "/_stcore/metrics":
            return await JSONResponse({"error": "not found"}, status_code=404)(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(scope, list(message["headers"]))}
            await send(message)

        if leads_nowhere(scope):
            return await RedirectResponse(f"{_base()}/?no_page=1", status_code=303)(scope, receive, send)
        inner = self.compressed if scope["path"].startswith("/static/js/") else self.app
        return await inner(scope, receive, send_with_headers)

    def _headers(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        is_page = dict(headers).get(b"content-type", b"").startswith(b"text/html")
        headers += [
            (b"content-security-policy", self.policy),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        ]
        if scope["path"].startswith("/media/"):
            headers.append((b"cache-control", b"private, no-store"))
        if is_page and not _KNOWN_BROWSER.search(dict(scope["headers"]).get(b"cookie", b"")):
            headers.append((b"set-cookie", _new_browser(secure=scope.get("scheme") == "https")))
        return headers


def leads_nowhere(scope: Scope) -> bool:
    """Whether a browser opens the address of no page. What Streamlit would say there is for developers."""
    accepted = dict(scope["headers"]).get(b"accept", b"")
    asked = scope["path"].removeprefix(_base()).strip("/")
    return (
        scope["method"] == "GET"
        and b"text/html" in accepted
        and bool(asked)
        and "/" not in asked
        and asked not in PAGES
        and f"/{asked}" not in {route.path for route in ROUTES}
    )


def _base() -> str:
    """Below which path the app is served, "" for the top."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _new_browser(*, secure: bool) -> bytes:
    cookie = f"bid={secrets.token_urlsafe(24)}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax"
    return (cookie + ("; Secure" if secure else "")).encode()


async def healthz(_request: Request) -> JSONResponse:
    """Whether lists can be kept and runs can go on: 200 ok, else 503."""
    from cleanlist_core.errors import CleanlistError
    from pages.parts.session import workspaces

    try:
        opened = await asyncio.to_thread(workspaces)
        await asyncio.to_thread(opened.real.check_data)
    except CleanlistError as error:
        return JSONResponse({"status": "unavailable", "reason": error.code}, status_code=503)
    return JSONResponse({"status": "ok"})


async def announcement(request: Request) -> Response:
    """Where Cleanlist announces results, under a secret per request; answered at once."""
    from cleanlist_core.runs.announcements import LARGEST_BODY_BYTES, TOO_LARGE
    from pages.parts.session import workspaces

    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            return Response(status_code=TOO_LARGE)
    opened = await asyncio.to_thread(workspaces)
    token, secret = request.path_params["token"], request.path_params["secret"]
    return Response(status_code=await asyncio.to_thread(opened.take_announcement, token, secret, bytes(body)))


async def large_download(request: Request) -> Response:
    """A large file that was prepared for this very browser; to anybody else it does not exist."""
    from cleanlist_core.errors import CleanlistError
    from pages.parts.session import large_file

    try:
        found = await asyncio.to_thread(large_file, request.path_params["token"], request.cookies)
    except CleanlistError:
        found = None
    if found is None or not found.path.exists():
        return Response(
            "This file is no longer here. Go back to the list and prepare it again.",
            status_code=404,
            media_type="text/plain",
            headers=NOT_KEPT,
        )
    return FileResponse(
        found.path, filename=found.name, media_type="application/octet-stream", headers=NOT_KEPT
    )


class SecretsOutOfTheLog(logging.Filter):
    """Of a request's address uvicorn's log gets only the start, where the rest is a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _A_SECRET.sub(r"\1[secret]", one) if isinstance(one, str) else one for one in record.args
            )
        return True


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load what is heavy before the first visitor, start the engines, and end them with the server."""
    import pandas  # noqa: F401  # the first visitor shall not wait for it
    import pyarrow  # noqa: F401  # the same

    from cleanlist_core.errors import CleanlistError
    from pages.parts.session import hand_out_files, shelf, workspaces

    logging.getLogger("uvicorn.access").addFilter(SecretsOutOfTheLog())
    close = None
    try:
        opened = await asyncio.to_thread(workspaces)
        await asyncio.to_thread(shelf)
        hand_out_files()
        close = opened.close
        atexit.register(close)
    except CleanlistError as error:
        log.error("The app cannot work yet: %s", error.message)
    gc.collect()
    gc.freeze()  # Streamlit collects after every run; what never changes need not be looked at
    try:
        yield {}
    finally:
        if close is not None:
            await asyncio.to_thread(close)


def on_script_error(error: Exception) -> bool:
    """Tell the person that it was not them, and the log what it was; both carry one reference."""
    reference = secrets.token_hex(4)
    trace = "".join(traceback.format_exception(error))
    log.error("Screen error %s\n%s", reference, _A_KEY.sub("[key]", trace))
    st.error(
        "Something went wrong on this screen. Your lists, results and running work are safe."
        f" Reload the page; if it happens again, give support the reference **{reference}**.",
        icon=":material/error:",
    )
    return True


async def notify_script(_request: Request) -> Response:
    """The few lines that show a browser's notification; from here, because inline scripts are barred."""
    return FileResponse(ROOT / "pages" / "parts" / "notify.js", media_type="text/javascript")


ROUTES = [
    Route("/healthz", healthz, methods=["GET"]),
    Route("/notify.js", notify_script, methods=["GET"]),
    Route("/announcements/{token}/{secret}", announcement, methods=["POST"]),
    Route("/downloads/{token}", large_download, methods=["GET"]),
]

app = st.App(
    ROOT / "pages" / "dashboard.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=[Middleware(Edge)],
    on_script_error=on_script_error,
)
