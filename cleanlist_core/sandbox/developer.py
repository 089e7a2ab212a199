"""Routes for whoever develops against the sandbox: `/` and everything under `/_sandbox/`.

They take no key and show none in full, but for a new one once. Changes need a JSON body by its content
type, which a page of another site cannot send unasked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cleanlist_core.sandbox import page
from cleanlist_core.sandbox.encoding import encode
from cleanlist_core.sandbox.keys import PREFIXES, KeyEntry

if TYPE_CHECKING:
    from cleanlist_core.sandbox.sandbox import Sandbox

_LARGEST_BODY = 64 * 1024

View = Callable[[Request], Awaitable[Response]]


class _RefusedError(Exception):
    """A developer's request that makes no sense. status: of the answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def developer_routes(sandbox: Sandbox) -> list[Route]:
    views = _Views(sandbox)
    return [
        Route("/", _told(views.overview), methods=["GET"]),
        Route("/_sandbox/workflows/{workflow_id}", _told(views.workflow), methods=["GET"]),
        Route("/_sandbox/workflows/{workflow_id}/{position:int}", _told(views.contact), methods=["GET"]),
        Route("/_sandbox/ledger", _told(views.ledger), methods=["GET"]),
        Route("/_sandbox/faults", _told(views.faults), methods=["GET"]),
        Route("/_sandbox/faults", _told(views.change_faults), methods=["POST"]),
        Route("/_sandbox/faults", _told(views.clear_faults), methods=["DELETE"]),
        Route("/_sandbox/keys", _told(views.keys), methods=["GET"]),
        Route("/_sandbox/keys", _told(views.issue_key), methods=["POST"]),
        Route("/_sandbox/keys/{key_id}/revoke", _told(views.revoke_key), methods=["POST"]),
        Route("/_sandbox/keys/{key_id}/expire", _told(views.expire_key), methods=["POST"]),
    ]


def _told(view: View) -> View:
    async def respond(request: Request) -> Response:
        try:
            return await view(request)
        except _RefusedError as error:
            return _json({"detail": error.detail}, error.status)

    return respond


class _Views:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    # Pages

    async def overview(self, _request: Request) -> Response:
        return HTMLResponse(page.overview(self._sandbox), headers=page.HEADERS)

    async def workflow(self, request: Request) -> Response:
        found = self._sandbox.inspect_workflow(request.path_params["workflow_id"])
        if found is None:
            raise _RefusedError(404, "Workflow not found")
        return HTMLResponse(page.workflow_page(self._sandbox, *found), headers=page.HEADERS)

    async def contact(self, request: Request) -> Response:
        found = self._sandbox.inspect_workflow(request.path_params["workflow_id"])
        position = request.path_params["position"]
        if found is None or position >= len(found[0].contacts):
            raise _RefusedError(404, "Contact not found")
        return HTMLResponse(page.contact_page(self._sandbox, found[0], position), headers=page.HEADERS)

    # The ledger and the faults

    async def ledger(self, _request: Request) -> Response:
        return _json({"organizations": [entry.as_json() for entry in self._sandbox.ledger()]})

    async def faults(self, _request: Request) -> Response:
        plan = self._sandbox.faults
        counts = plan.counts()
        return _json({"faults": plan.text, "requests": counts["requests"], "faults_struck": counts["faults"]})

    async def change_faults(self, request: Request) -> Response:
        text = (await _fields(request)).get("faults")
        if not isinstance(text, str):
            raise _RefusedError(422, 'Give the faults as text, such as {"faults": "bulk:2=500"}.')
        try:
            self._sandbox.faults.change(text)
        except ValueError as error:
            raise _RefusedError(422, str(error)) from None
        return await self.faults(request)

    async def clear_faults(self, request: Request) -> Response:
        self._sandbox.faults.change("")
        return await self.faults(request)

    # Keys

    async def keys(self, request: Request) -> Response:
        chosen = request.query_params.get("organization_id")
        return _json({"keys": [entry._asdict() for entry in self._sandbox.list_keys(chosen)]})

    async def issue_key(self, request: Request) -> Response:
        fields = await _fields(request)
        organization_id = _text(fields, "organization_id")
        kind = _text(fields, "kind") or "public"
        if kind not in PREFIXES:
            raise _RefusedError(422, f"There are keys of these kinds: {', '.join(PREFIXES)}.")
        ends = _seconds(fields, "expires_in_seconds")
        try:
            key = self._sandbox.issue_key(
                organization_id,
                kind="single" if kind == "single" else "public",
                user_id=_text(fields, "user_id"),
                expires_at=None if ends is None else self._sandbox.now() + ends,
            )
        except KeyError:
            raise _RefusedError(404, "Organization not found") from None
        except ValueError as error:
            raise _RefusedError(409, str(error)) from None
        return _json({"key": key, **self._sandbox.list_keys(organization_id)[-1]._asdict()}, 201)

    async def revoke_key(self, request: Request) -> Response:
        await _fields(request)
        entry = self._key(request)
        self._sandbox.revoke_key(entry.key_id)
        return _json(self._key(request)._asdict())

    async def expire_key(self, request: Request) -> Response:
        ends = _seconds(await _fields(request), "in_seconds") or 0.0
        entry = self._key(request)
        self._sandbox.expire_key(entry.key_id, self._sandbox.now() + ends)
        return _json(self._key(request)._asdict())

    def _key(self, request: Request) -> KeyEntry:
        wanted = request.path_params["key_id"]
        found = next((entry for entry in self._sandbox.list_keys() if entry.key_id == wanted), None)
        if found is None:
            raise _RefusedError(404, "Key not found")
        return found


async def _fields(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _RefusedError(415, "Send JSON, with the content type application/json.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise _RefusedError(413, "Request body too large")
    try:
        fields = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _RefusedError(422, "The body must be a JSON object.")
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise _RefusedError(422, f"{name} must be text.")
    return value


def _seconds(fields: dict[str, Any], name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _RefusedError(422, f"{name} must be a number of seconds.")
    return float(value)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(encode(body), status, media_type="application/json")
