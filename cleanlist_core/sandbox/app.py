"""The HTTP side: paths and parameters in, JSON out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleanlist_core.sandbox.encoding import encode
from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.refusals import Json, Refusal, bad_request, body_too_large
from cleanlist_core.sandbox.validation import MAX_BODY_BYTES

if TYPE_CHECKING:
    from cleanlist_core.sandbox.sandbox import Sandbox

PUBLIC_API = "/api/v1/public"

BOTH_IDS = "Give workflow_id or task_id, not both."
NO_ID = "Give workflow_id or task_id."
NO_WORKFLOW_ID = "Give workflow_id."

_DRAINED_BYTES = 16 * MAX_BODY_BYTES
"""A body that is too large is read up to here before the refusal, so that its sender gets to see it."""

Answer = Callable[[Organization, Request], Awaitable[Json]]


def build_app(sandbox: Sandbox) -> Starlette:
    """The ASGI application of a sandbox."""
    endpoints = Endpoints(sandbox)
    routes = [
        _route(sandbox, "GET", "/auth/validate-key", endpoints.validate_key),
        _route(sandbox, "GET", "/credits/balance", endpoints.credit_balance),
        _route(sandbox, "POST", "/enrich/bulk", endpoints.enrich_bulk),
        _route(sandbox, "GET", "/enrich/status", endpoints.enrich_status),
        _route(sandbox, "GET", "/webhooks/deliveries", endpoints.webhook_deliveries),
        Route("/_sandbox/ledger", _ledger_view(sandbox), methods=["GET"]),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _plain_error})


class Endpoints:
    """One method per endpoint; each takes the caller's organization and raises Refusal."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._dialect = sandbox.dialect

    async def validate_key(self, caller: Organization, _request: Request) -> Json:
        return self._dialect.key_validation(caller)

    async def credit_balance(self, caller: Organization, _request: Request) -> Json:
        return self._dialect.balance(self._sandbox.settled(caller))

    async def enrich_bulk(self, caller: Organization, request: Request) -> Json:
        return self._dialect.accepted(self._sandbox.submit(caller, await _body(request)))

    async def enrich_status(self, caller: Organization, request: Request) -> Json:
        workflow_id, task_id = (request.query_params.get(name, "") for name in ("workflow_id", "task_id"))
        if workflow_id and task_id:
            raise bad_request(BOTH_IDS)
        if workflow_id:
            return self._dialect.workflow(self._sandbox.workflow_of(caller, workflow_id), self._sandbox.now())
        if task_id:
            workflow, position = self._sandbox.task_of(caller, task_id)
            return self._dialect.task(workflow, position, self._sandbox.now())
        raise bad_request(NO_ID)

    async def webhook_deliveries(self, caller: Organization, request: Request) -> Json:
        workflow_id = request.query_params.get("workflow_id", "")
        if not workflow_id:
            raise bad_request(NO_WORKFLOW_ID)
        return self._dialect.deliveries(self._sandbox.workflow_of(caller, workflow_id))


def _route(sandbox: Sandbox, method: str, path: str, answer: Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            caller = sandbox.admit(request.headers.get("authorization", ""))
            return _json(await answer(caller, request))
        except Refusal as refusal:
            status, body = sandbox.dialect.refusal(refusal)
            return _json(body, status, refusal.headers)

    return Route(PUBLIC_API + path, endpoint, methods=[method])


async def _body(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY_BYTES:
            chunks.append(chunk)
        elif size > _DRAINED_BYTES:
            break
    if size > MAX_BODY_BYTES:
        raise body_too_large()
    return b"".join(chunks)


def _ledger_view(sandbox: Sandbox) -> Callable[[Request], Awaitable[Response]]:
    async def view(_request: Request) -> Response:
        organizations = [asdict(entry) for entry in sandbox.ledger()]
        for organization in organizations:
            organization["requests"] = [window._asdict() for window in organization["requests"]]
            for workflow in organization["workflows"]:
                workflow["charges"] = [charge._asdict() for charge in workflow["charges"]]
        return _json({"organizations": organizations})

    return view


async def _plain_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "Internal server error"
    return _json({"detail": detail}, status)


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(encode(body), status, headers, media_type="application/json")
