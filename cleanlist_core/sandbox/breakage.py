"""How a fault of `faults.py` reaches the caller: as a refusal, a spoilt answer, or a broken connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cleanlist_core.sandbox.faults import Fault
from cleanlist_core.sandbox.refusals import Refusal, rate_limited, server_error, unavailable

TRANSPORT = "transport"
"""Under this name the server puts a request's connection into its state."""

HTML_502 = (
    b"<!doctype html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1><p>The upstream server gave no answer.</p></body></html>\n"
)
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


async def strike_before(fault: Fault, request: Request) -> Response | None:
    """Make a request fail before it is looked at; None when the fault strikes later. Raises Refusal."""
    if fault.kind == "reset_before":
        return await reset(request)
    if fault.kind == "html_502":
        return _bad_gateway()
    refusal = _refusal(fault)
    if refusal is not None:
        raise refusal
    return None


def _refusal(fault: Fault) -> Refusal | None:
    match fault.kind:
        case "429":
            return rate_limited(max(1, round(fault.amount)))
        case "500":
            return server_error()
        case "503":
            return unavailable()
    return None


async def strike_after(fault: Fault, request: Request, answer: Response) -> Response:
    """Spoil the answer to a request that was carried out. Raises Refusal."""
    match fault.kind:
        case "reset_after":
            return await reset(request)
        case "500_after":
            raise server_error()
        case "html_502_after":
            return _bad_gateway()
        case "slow":
            await asyncio.sleep(fault.amount)
        case "cut_json":
            body = bytes(answer.body)
            return Response(body[: len(body) // 2], answer.status_code, media_type="application/json")
        case "wrong_type":
            return Response(bytes(answer.body), answer.status_code, media_type="text/html")
    return answer


def _bad_gateway() -> Response:
    return Response(HTML_502, 502, media_type="text/html")


async def reset(request: Request) -> Response:
    """Break the connection without an answer.

    Raises ConnectionResetError where there is no connection, that is without a server.
    """
    transport: Any = getattr(request.state, TRANSPORT, None)
    if transport is None:
        raise ConnectionResetError("the sandbox broke the connection on request")
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=500)
