"""The HTTP side: paths and parameters in, JSON out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleanlist_core.sandbox.answers import Dialect
from cleanlist_core.sandbox.breakage import strike_after, strike_before
from cleanlist_core.sandbox.developer import developer_routes
from cleanlist_core.sandbox.encoding import encode
from cleanlist_core.sandbox.faults import Fault
from cleanlist_core.sandbox.keys import KeyKind
from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.openapi import describe
from cleanlist_core.sandbox.paths import ENDPOINTS, Endpoint
from cleanlist_core.sandbox.refusals import Json, Refusal, bad_request, body_too_large
from cleanlist_core.sandbox.validation import MAX_BODY_BYTES

if TYPE_CHECKING:
    from cleanlist_core.sandbox.sandbox import Sandbox

BOTH_IDS = "Give workflow_id or task_id, not both."
NO_ID = "Give workflow_id or task_id."
NO_WORKFLOW_ID = "Give workflow_id."

_DRAINED_BYTES = 16 * MAX_BODY_BYTES
"""A body that is too large is read up to here before the refusal, so that its sender gets to see it."""

Answer = Callable[[Organization, Request, Dialect], Awaitable[Json]]


def build_app(sandbox: Sandbox) -> Starlette:
    """The ASGI application of a sandbox."""
    handlers = Handlers(sandbox)
    routes = [_route(sandbox, endpoint, handlers.of(endpoint.name)) for endpoint in ENDPOINTS]
    routes.append(Route("/openapi.json", _description(sandbox), methods=["GET"]))
    routes += developer_routes(sandbox)
    return Starlette(routes=routes, exception_handlers={HTTPException: _plain_error})


class Handlers:
    """One method per endpoint; each takes the caller's organization and raises Refusal."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def of(self, name: str) -> Answer:
        """The method that answers an endpoint of `paths.py`."""
        return {
            "validate": self.validate_key,
            "balance": self.credit_balance,
            "bulk": self.enrich_bulk,
            "status": self.enrich_status,
            "deliveries": self.webhook_deliveries,
            "contact": self.enrich_contact,
        }[name]

    async def validate_key(self, caller: Organization, _request: Request, dialect: Dialect) -> Json:
        return dialect.key_validation(caller)

    async def credit_balance(self, caller: Organization, _request: Request, dialect: Dialect) -> Json:
        return dialect.balance(self._sandbox.money_of(caller), self._sandbox.now())

    async def enrich_bulk(self, caller: Organization, request: Request, dialect: Dialect) -> Json:
        return dialect.accepted(self._sandbox.submit(caller, await _body(request)))

    async def enrich_status(self, caller: Organization, request: Request, dialect: Dialect) -> Json:
        workflow_id, task_id = (request.query_params.get(name, "") for name in ("workflow_id", "task_id"))
        if workflow_id and task_id:
            raise bad_request(BOTH_IDS)
        if workflow_id:
            return dialect.workflow(self._sandbox.workflow_of(caller, workflow_id), self._sandbox.now())
        if task_id:
            workflow, position = self._sandbox.task_of(caller, task_id)
            return dialect.task(workflow, position, self._sandbox.now())
        raise bad_request(NO_ID)

    async def webhook_deliveries(self, caller: Organization, request: Request, dialect: Dialect) -> Json:
        workflow_id = request.query_params.get("workflow_id", "")
        if not workflow_id:
            raise bad_request(NO_WORKFLOW_ID)
        workflow = self._sandbox.workflow_of(caller, workflow_id)
        return dialect.deliveries(workflow, self._sandbox.deliveries_of(workflow))

    async def enrich_contact(self, caller: Organization, request: Request, _dialect: Dialect) -> Json:
        return self._sandbox.look_up_one(caller, await _body(request))


def _route(sandbox: Sandbox, endpoint: Endpoint, answer: Answer) -> Route:
    kind: KeyKind = "single" if endpoint.name == "contact" else "public"

    async def carry_out(request: Request, fault: Fault | None) -> Response:
        early = await strike_before(fault, request) if fault else None
        if early is not None:
            return early
        caller = sandbox.admit(request.headers.get("authorization", ""), kind)
        skewed = fault is not None and fault.kind == "clock_skew"
        dialect = sandbox.dialect.skewed(fault.amount) if fault and skewed else sandbox.dialect
        done = _json(await answer(caller, request, dialect))
        return await strike_after(fault, request, done) if fault else done

    async def respond(request: Request) -> Response:
        try:
            return await carry_out(request, sandbox.faults.next_fault(endpoint.name))
        except Refusal as refusal:
            if (
                refusal.status == 401
                and endpoint.name == "validate"
                and sandbox.dialect.traits.bad_key_is_an_answer
            ):
                return _json({"valid": False})
            status, body = sandbox.dialect.refusal(refusal)
            return _json(body, status, refusal.headers)

    return Route(endpoint.path, respond, methods=[endpoint.method])


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


def _description(sandbox: Sandbox) -> Callable[[Request], Awaitable[Response]]:
    async def view(_request: Request) -> Response:
        return _json(describe(sandbox.dialect.traits))

    return view


async def _plain_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "Internal server error"
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return _json({"detail": detail}, status, headers)


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(encode(body), status, headers, media_type="application/json")
