"""What a failed submit says about money, over real sockets: a lost answer must never look like a safe one."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable

import httpx
import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.api.exchange import Timeouts
from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.errors import (
    ApiError,
    InvalidContactsError,
    KeyRejectedError,
    NoAccessError,
    OutOfCreditsError,
    RateLimitedError,
    RefusedError,
    ServerFailedError,
    UnknownIdError,
    UnreachableError,
    UnreadableError,
)
from tests.unit.api.scripted_server import ScriptedServer, answer, read_request, reset, scripted_server

KEY = "clapi_0123456789abcdefghijklmnopqrstuvwxyz"
PEOPLE = [
    Contact(linkedin_url="https://www.linkedin.com/in/invented-ilse"),
    Contact(first_name="Teun", last_name="Abara", company_domain="quarrylane.example"),
]
ACCEPTED = {
    "workflow_id": "public_bulk_1",
    "status": "started",
    "task_ids": ["t1", "t2"],
    "total_contacts": 2,
}
QUICK = Timeouts(connect=1, read=0.2, submit_read=0.2, write=1, pool=1, whole_answer=0.2)


class BlockedGate:
    """Notes what it is told; handing out a slot to a submit would be a mistake."""

    def __init__(self) -> None:
        self.blocked: list[float] = []

    def slot(self, kind: str) -> object:
        raise AssertionError(f"a submit takes no slot, not even {kind}")

    def block(self, seconds: float) -> None:
        self.blocked.append(seconds)


def _submit(base_url: str, gate: BlockedGate | None = None) -> object:
    def no_sleep(seconds: float) -> None:
        raise AssertionError(f"a submit never waits {seconds} s for a second try")

    with CleanlistClient(
        base_url, KEY, timeouts=QUICK, gate=gate, sleep=no_sleep, clock=lambda: 1_000_000_005.0
    ) as client:
        return client.submit_batch(PEOPLE, EnrichmentType.PARTIAL)


def _says(
    status: int, body: bytes = b"", headers: str = "", length: int | None = None
) -> Callable[..., None]:
    def act(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(status, body, headers=headers, length=length))

    return act


def _json(status: int, body: object, headers: str = "") -> Callable[..., None]:
    return _says(status, json.dumps(body).encode(), headers)


def _resets_before_reading(connection: socket.socket) -> None:
    connection.recv(1)
    reset(connection)


def _resets_after_reading(connection: socket.socket) -> None:
    read_request(connection)
    reset(connection)


def _closes_silently(connection: socket.socket) -> None:
    read_request(connection)


def _hangs(connection: socket.socket) -> None:
    read_request(connection)
    connection.recv(1)


def _trickles(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 100000\r\n\r\n{")
    waiting = threading.Event()
    for _ in range(40):
        waiting.wait(0.05)
        connection.sendall(b" ")


def _speaks_no_http(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"SSH-2.0-nothing\r\n\r\n")


CUT = b'{"workflow_id": "public_bulk_1", "task_'
HTML = b"<html><body>Bad gateway</body></html>"

FAILURES = [
    pytest.param(_resets_before_reading, UnreachableError, True, id="reset while the request was being sent"),
    pytest.param(_resets_after_reading, UnreachableError, True, id="reset after the request was read"),
    pytest.param(_closes_silently, UnreachableError, True, id="closed without an answer"),
    pytest.param(_hangs, UnreachableError, True, id="no answer in time"),
    pytest.param(_trickles, UnreachableError, True, id="an answer that trickles in for ever"),
    pytest.param(_speaks_no_http, UnreachableError, True, id="an answer that is not HTTP"),
    pytest.param(_says(200, CUT, length=500), UnreachableError, True, id="connection lost within the answer"),
    pytest.param(_says(200, CUT), UnreadableError, True, id="200 with cut JSON"),
    pytest.param(_says(200, HTML), UnreadableError, True, id="200 with a page of HTML"),
    pytest.param(_says(204), UnreadableError, True, id="204 without a body"),
    pytest.param(_json(200, {"status": "started"}), UnreadableError, True, id="200 without a workflow id"),
    pytest.param(_json(200, []), UnreadableError, True, id="200 with a list"),
    pytest.param(
        _says(200, b"\x1f\x8b broken", "Content-Encoding: gzip\r\n"), UnreachableError, True, id="broken gzip"
    ),
    pytest.param(_says(302, b"", "Location: https://elsewhere.example/\r\n"), RefusedError, False, id="302"),
    pytest.param(_says(307, b"", "Location: /api/v1/public/other\r\n"), RefusedError, False, id="307"),
    pytest.param(_json(400, {"detail": "too many"}), RefusedError, False, id="400"),
    pytest.param(_json(401, {"detail": "Not authenticated"}), KeyRejectedError, False, id="401"),
    pytest.param(_json(402, {"detail": "Insufficient credits"}), OutOfCreditsError, False, id="402"),
    pytest.param(_json(403, {"detail": "plan"}), NoAccessError, False, id="403"),
    pytest.param(_says(404, HTML), UnknownIdError, False, id="404 in HTML"),
    pytest.param(_says(303, b"", "Location: /elsewhere\r\n"), ServerFailedError, True, id="303"),
    pytest.param(_says(408), ServerFailedError, True, id="408"),
    pytest.param(_json(422, {"detail": []}), InvalidContactsError, False, id="422"),
    pytest.param(_says(422, b'{"detail": [', length=90), InvalidContactsError, False, id="422 cut short"),
    pytest.param(_says(429, HTML), RateLimitedError, False, id="429 in HTML"),
    pytest.param(
        _json(400, {"error": {"code": "insufficient_credits", "problem": "33 needed"}}),
        OutOfCreditsError,
        False,
        id="400 with the code for credits",
    ),
    pytest.param(
        _json(400, {"error": {"code": "validation_error", "problem": "bad"}}),
        InvalidContactsError,
        False,
        id="400 with the code for validation",
    ),
    pytest.param(_json(500, {"detail": "oops"}), ServerFailedError, True, id="500 even in JSON"),
    pytest.param(
        _json(500, {"error": {"code": "insufficient_credits"}}), ServerFailedError, True, id="500 with a code"
    ),
    pytest.param(_says(502, HTML), ServerFailedError, True, id="502 in HTML"),
    pytest.param(_says(504, HTML), ServerFailedError, True, id="504 in HTML"),
    pytest.param(_json(503, {"detail": "Unavailable"}), ServerFailedError, False, id="503 of the API itself"),
    pytest.param(
        _json(503, {"error": {"code": "unavailable", "problem": "Later"}}),
        ServerFailedError,
        False,
        id="503 of the API itself, newer form",
    ),
    pytest.param(_says(503, HTML), ServerFailedError, True, id="503 in HTML"),
    pytest.param(
        _json(503, {"message": "Service Unavailable"}), ServerFailedError, True, id="503 in a gateway's JSON"
    ),
    pytest.param(
        _json(503, {"type": "about:blank", "title": "Unavailable", "status": 503, "detail": "reset"}),
        ServerFailedError,
        True,
        id="503 in a gateway's problem details",
    ),
    pytest.param(
        _json(503, {"error": {"code": "upstream_reset"}}),
        ServerFailedError,
        True,
        id="503 with nothing but a gateway's code",
    ),
    pytest.param(_says(503, b'{"detail": "Un', length=90), ServerFailedError, True, id="503 cut short"),
    pytest.param(_says(503), ServerFailedError, True, id="503 without a body"),
]


@pytest.mark.parametrize(("act", "error", "maybe_spent"), FAILURES)
def test_a_failed_submit_says_whether_credits_may_be_gone(
    act: Callable[[socket.socket], None], error: type[ApiError], maybe_spent: bool
) -> None:
    with scripted_server(act) as server, pytest.raises(error) as caught:
        _submit(server.base_url)
    assert type(caught.value) is error
    assert caught.value.maybe_spent is maybe_spent
    assert server.connections == 1, "what may have been paid for was sent again"


def test_a_refused_connection_was_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreachableError) as caught:
        _submit(f"http://127.0.0.1:{port}")
    assert caught.value.maybe_spent is False


@pytest.mark.parametrize(
    ("failure", "maybe_spent"),
    [
        pytest.param(httpx.ConnectTimeout("x"), False, id="connecting took too long"),
        pytest.param(httpx.ConnectError("x"), False, id="connecting failed"),
        pytest.param(httpx.PoolTimeout("x"), False, id="no connection became free"),
        pytest.param(httpx.UnsupportedProtocol("x"), False, id="an address of another kind"),
        pytest.param(httpx.WriteTimeout("x"), True, id="writing took too long"),
        pytest.param(httpx.WriteError("x"), True, id="writing broke"),
        pytest.param(httpx.ReadTimeout("x"), True, id="reading took too long"),
        pytest.param(httpx.ReadError("x"), True, id="reading broke"),
        pytest.param(httpx.RemoteProtocolError("x"), True, id="the server broke the rules"),
        pytest.param(httpx.LocalProtocolError("x"), True, id="we broke the rules"),
        pytest.param(httpx.ProxyError("x"), True, id="a proxy failed"),
        pytest.param(httpx.DecodingError("x"), True, id="the answer could not be unpacked"),
    ],
)
def test_every_way_a_transport_can_fail_is_classified(failure: Exception, maybe_spent: bool) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise failure

    client = CleanlistClient("http://127.0.0.1:1", KEY, transport=httpx.MockTransport(fail))
    with client, pytest.raises(UnreachableError) as caught:
        client.submit_batch(PEOPLE, EnrichmentType.FULL)
    assert caught.value.maybe_spent is maybe_spent


def test_an_accepted_batch_gives_its_ids_in_order() -> None:
    with scripted_server(_json(200, ACCEPTED)) as server:
        batch = _submit(server.base_url)
    assert (batch.workflow_id, batch.status) == ("public_bulk_1", "started")
    assert batch.task_ids == ("t1", "t2")
    assert batch.total_contacts == 2


@pytest.mark.parametrize(
    ("fields", "task_ids"),
    [
        pytest.param({"task_ids": ["t1"]}, ("t1",), id="fewer ids than contacts"),
        pytest.param({"task_ids": ["t1", None, "t3"]}, ("t1", "", "t3"), id="junk keeps its place"),
        pytest.param({}, (), id="no ids"),
        pytest.param({"task_ids": "t1"}, (), id="ids that are no list"),
    ],
)
def test_odd_task_ids_never_hide_that_money_was_spent(
    fields: dict[str, object], task_ids: tuple[str, ...]
) -> None:
    with scripted_server(_json(200, {"workflow_id": "w", **fields})) as server:
        assert _submit(server.base_url).task_ids == task_ids


def test_every_submit_uses_a_connection_of_its_own() -> None:
    arrived: list[bytes] = []

    def keeps_the_connection(connection: socket.socket) -> None:
        arrived.append(read_request(connection))
        body = json.dumps(ACCEPTED).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        assert connection.recv(1) == b"", "the connection was used again"

    with scripted_server(keeps_the_connection) as server:
        with CleanlistClient(server.base_url, KEY, timeouts=QUICK) as client:
            client.submit_batch(PEOPLE, EnrichmentType.PARTIAL)
            client.submit_batch(PEOPLE, EnrichmentType.FULL, webhook_url="https://hooks.example/t")
        assert server.connections == 2
    first, second = (json.loads(request.partition(b"\r\n\r\n")[2]) for request in arrived)
    assert first == {
        "enrichment_type": "partial",
        "contacts": [
            {"linkedin_url": "https://www.linkedin.com/in/invented-ilse"},
            {"first_name": "Teun", "last_name": "Abara", "company_domain": "quarrylane.example"},
        ],
    }
    assert second["webhook_url"] == "https://hooks.example/t"
    assert f"Bearer {KEY}".encode() in arrived[0]
    assert arrived[0].startswith(b"POST /api/v1/public/enrich/bulk HTTP/1.1")


@pytest.mark.parametrize(
    ("header", "told", "blocked"),
    [
        pytest.param("Retry-After: 7\r\n", 7.0, 7.0, id="seconds"),
        pytest.param("Retry-After: Sun, 09 Sep 2001 01:46:55 GMT\r\n", 10.0, 10.0, id="a date"),
        pytest.param("Retry-After: Sun, 09 Sep 2001 01:46:00 GMT\r\n", 0.0, 0.0, id="a date gone by"),
        pytest.param("Retry-After: soon\r\n", None, 15.0, id="nonsense: until the next minute"),
        pytest.param("", None, 15.0, id="nothing: until the next minute"),
    ],
)
def test_a_429_to_a_submit_holds_everybody_up_as_long_as_asked(
    header: str, told: float | None, blocked: float
) -> None:
    gate = BlockedGate()
    with (
        scripted_server(_json(429, {"detail": "Rate limit exceeded"}, header)) as server,
        pytest.raises(RateLimitedError) as caught,
    ):
        _submit(server.base_url, gate)
    assert caught.value.retry_after_seconds == told
    assert gate.blocked == [blocked]


def test_a_422_names_the_people_it_refuses() -> None:
    detail = [
        {"type": "value_error", "loc": ["body", "contacts", 1], "msg": "Value error, needs a company"},
        {"type": "missing", "loc": ["body", "contacts", 1, "last_name"], "msg": "Field required"},
        {"type": "x", "loc": ["body", "contacts", 9999], "msg": "beyond the batch"},
        {"type": "x", "loc": ["body", "webhook_url"], "msg": "not about a person"},
        {"type": "x", "loc": "body", "msg": "no list"},
        "junk",
    ]
    with (
        scripted_server(_json(422, {"detail": detail})) as server,
        pytest.raises(InvalidContactsError) as caught,
    ):
        _submit(server.base_url)
    assert caught.value.rows == {1: "needs a company; Field required"}


def test_a_redirect_is_not_followed_with_the_key() -> None:
    def elsewhere(_connection: socket.socket) -> None:
        raise AssertionError("the key was sent to another address")

    with scripted_server(elsewhere) as other:
        location = f"Location: {other.base_url}/enrich/bulk\r\n"
        with scripted_server(_says(307, headers=location)) as server, pytest.raises(RefusedError) as caught:
            _submit(server.base_url)
        assert other.connections == 0
    assert caught.value.code == "redirected"


def test_a_certificate_nobody_signed_is_refused_before_anything_is_sent(tls_server: ScriptedServer) -> None:
    with pytest.raises(UnreachableError) as caught:
        _submit(f"https://127.0.0.1:{tls_server.port}")
    assert caught.value.maybe_spent is False
    assert tls_server.requests == []


@pytest.mark.parametrize("count", [0, 251])
def test_a_request_carries_1_to_250_contacts(count: int) -> None:
    client = CleanlistClient("http://127.0.0.1:1", KEY)
    with client, pytest.raises(ValueError, match="1 to 250 contacts"):
        client.submit_batch(PEOPLE[:1] * count, EnrichmentType.PARTIAL)
