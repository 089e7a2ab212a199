"""Reads are asked again while faults pass: with a pause, through the gate, and not for ever."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.api.waiting import LONGEST_BACK_OFF_SECONDS, back_off, rate_limit_pause, retry_after
from cleanlist_core.errors import (
    ApiError,
    KeyRejectedError,
    NoAccessError,
    RateLimitedError,
    RefusedError,
    ServerFailedError,
    SettingsError,
    UnknownIdError,
    UnreachableError,
    UnreadableError,
)
from tests.unit.api.scripted_server import answer, read_request, reset, scripted_server

KEY = "clapi_0123456789abcdefghijklmnopqrstuvwxyz"
NOW = 1_000_000_005.0
GOOD = httpx.Response(200, json={"organization_id": "org_1", "credits": 12.5})


class WatchedGate:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.blocked: list[float] = []

    @contextmanager
    def slot(self, kind: str) -> Iterator[None]:
        self.log.append(f"in {kind}")
        yield
        self.log.append(f"out {kind}")

    def block(self, seconds: float) -> None:
        self.blocked.append(seconds)


class Script:
    """Answers in turn; the last one stays."""

    def __init__(self, answers: Sequence[httpx.Response | Exception]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, Exception):
            raise said
        return httpx.Response(said.status_code, headers=said.headers, content=said.content)


def _client(
    script: Script, gate: WatchedGate | None = None, slept: list[float] | None = None, attempts: int = 4
) -> CleanlistClient:
    pauses = [] if slept is None else slept
    return CleanlistClient(
        "http://127.0.0.1:1/api/v1/public/",
        KEY,
        gate=gate,
        transport=httpx.MockTransport(script),
        sleep=pauses.append,
        clock=lambda: NOW,
        rng=random.Random(1),
        attempts=attempts,
    )


PASSING = [
    pytest.param(httpx.ConnectError("x"), id="no connection"),
    pytest.param(httpx.ReadTimeout("x"), id="no answer in time"),
    pytest.param(httpx.RemoteProtocolError("x"), id="a broken answer"),
    pytest.param(httpx.Response(500, json={"detail": "oops"}), id="500"),
    pytest.param(httpx.Response(502, html="<html>"), id="502 in HTML"),
    pytest.param(httpx.Response(503, json={"detail": "later"}), id="503"),
    pytest.param(httpx.Response(200, content=b'{"credits": 1'), id="cut JSON"),
    pytest.param(httpx.Response(200, html="<html>"), id="HTML instead of JSON"),
    pytest.param(httpx.Response(200, content=b""), id="nothing at all"),
    pytest.param(httpx.Response(429, json={"detail": "slow down"}), id="too many requests"),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_is_not_noticed(fault: httpx.Response | Exception) -> None:
    script, slept, gate = Script([fault, fault, GOOD]), [], WatchedGate()
    with _client(script, gate, slept) as client:
        assert str(client.credit_balance().balance) == "12.5"
    assert len(script.asked) == 3
    assert len(slept) == 2
    assert gate.log == ["in interactive", "out interactive"] * 3


def test_a_balance_is_asked_for_when_its_turn_has_come_and_not_while_it_waits() -> None:
    gate = WatchedGate()
    with _client(Script([httpx.ReadTimeout("x"), GOOD]), gate) as client:
        client.credit_balance(on_ask=lambda: gate.log.append("asked"))
    assert gate.log == ["in interactive", "asked", "out interactive"] * 2


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_stays_ends_in_an_error_that_spent_nothing(fault: httpx.Response | Exception) -> None:
    script = Script([fault])
    with _client(script) as client, pytest.raises(ApiError) as caught:
        client.credit_balance()
    assert len(script.asked) == 4
    assert caught.value.maybe_spent is False
    assert caught.value.message.startswith("Cleanlist")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        pytest.param(httpx.Response(400, json={"detail": "both ids"}), RefusedError, id="400"),
        pytest.param(httpx.Response(401, json={"detail": "Not authenticated"}), KeyRejectedError, id="401"),
        pytest.param(httpx.Response(403, json={"detail": "plan"}), NoAccessError, id="403"),
        pytest.param(httpx.Response(404, json={"detail": "Workflow not found"}), UnknownIdError, id="404"),
        pytest.param(httpx.Response(301, headers={"Location": "https://x.example"}), RefusedError, id="301"),
        pytest.param(
            httpx.Response(401, json={"error": {"code": "insufficient_scope"}}),
            NoAccessError,
            id="code first",
        ),
        pytest.param(httpx.Response(200, json={"credits": None}), UnreadableError, id="no balance"),
        pytest.param(httpx.Response(200, json={"credits": "NaN"}), UnreadableError, id="a balance like NaN"),
    ],
)
def test_a_definite_answer_is_not_asked_for_again(said: httpx.Response, error: type[ApiError]) -> None:
    script = Script([said])
    with _client(script) as client, pytest.raises(error) as caught:
        client.credit_balance()
    assert type(caught.value) is error
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("headers", "body", "told", "blocked"),
    [
        pytest.param({"Retry-After": "7"}, {"detail": "x"}, 7.0, 7.0, id="seconds"),
        pytest.param({"Retry-After": "Sun, 09 Sep 2001 01:46:55 GMT"}, {}, 10.0, 10.0, id="a date"),
        pytest.param(
            {}, {"error": {"code": "rate_limited", "retry_after_ms": 2500}}, 2.5, 2.5, id="in the body"
        ),
        pytest.param({}, {"detail": "x"}, None, 15.0, id="nothing: until the next minute"),
    ],
)
def test_429_is_obeyed_and_everybody_told(
    headers: dict[str, str], body: dict[str, object], told: float | None, blocked: float
) -> None:
    slept, gate = [], WatchedGate()
    with _client(Script([httpx.Response(429, headers=headers, json=body), GOOD]), gate, slept) as client:
        client.credit_balance("poll")
    assert gate.blocked == [blocked]
    assert blocked <= slept[0] <= blocked + LONGEST_BACK_OFF_SECONDS
    once = _client(Script([httpx.Response(429, headers=headers, json=body)]), attempts=1)
    with once as client, pytest.raises(RateLimitedError) as caught:
        client.credit_balance()
    assert caught.value.retry_after_seconds == told


def test_a_wait_of_an_hour_is_reported_not_sat_out() -> None:
    script, slept = Script([httpx.Response(429, headers={"Retry-After": "3600"})]), []
    with _client(script, slept=slept) as client, pytest.raises(RateLimitedError) as caught:
        client.credit_balance()
    assert (len(script.asked), slept) == (1, [])
    assert caught.value.retry_after_seconds == 3600


def test_pauses_grow_and_are_spread() -> None:
    rng = random.Random(7)
    longest = [max(back_off(attempt, rng) for _ in range(300)) for attempt in (1, 2, 3, 4, 9)]
    shortest = [min(back_off(attempt, rng) for _ in range(300)) for attempt in (1, 4)]
    assert longest == sorted(longest)
    assert longest[-1] <= LONGEST_BACK_OFF_SECONDS
    assert max(shortest) < 0.2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("12", 12.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("-3", None),
        ("", None),
        ("1e9999", None),
        ("²", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Sun, 09 Sep 2001 01:46:45 GMT", 0.0),
        ("Fri, 99 Foo 2001", None),
    ],
)
def test_retry_after_is_read_in_every_form(header: str, seconds: float | None) -> None:
    assert retry_after(header, now=NOW) == seconds


def test_without_advice_one_waits_for_the_next_minute() -> None:
    assert rate_limit_pause(None, now=119.0) == 1.0
    assert rate_limit_pause(None, now=120.0) == 60.0
    assert rate_limit_pause(10.0**12, now=0) == 86_400


def test_the_raw_answer_is_handed_over_before_it_is_understood() -> None:
    kept: list[bytes] = []
    nonsense = httpx.Response(200, content=b'{"nobody": "knows this"}')
    with _client(Script([httpx.Response(500), nonsense])) as client, pytest.raises(UnreadableError):
        client.workflow_status("w1", on_raw=kept.append)
    assert kept == [b'{"nobody": "knows this"}']


def test_each_question_asks_for_one_id() -> None:
    script = Script([httpx.Response(200, json={"workflow": {"workflow_id": "a b&c", "status": "running"}})])
    with _client(script) as client:
        client.workflow_status("a b&c")
        client.task_status("t1")
        client.webhook_deliveries("w1")
    assert [str(request.url) for request in script.asked] == [
        "http://127.0.0.1:1/api/v1/public/enrich/status?workflow_id=a+b%26c",
        "http://127.0.0.1:1/api/v1/public/enrich/status?task_id=t1",
        "http://127.0.0.1:1/api/v1/public/webhooks/deliveries?workflow_id=w1",
    ]
    with _client(script) as client, pytest.raises(ValueError, match="workflow_id is blank"):
        client.workflow_status(" ")


def test_a_dropped_connection_is_opened_again() -> None:
    body = json.dumps({"valid": True, "user_id": "u", "organization_id": "org_1"}).encode()

    def drops(connection: object) -> None:
        read_request(connection)
        reset(connection)

    def answers(connection: object) -> None:
        read_request(connection)
        connection.sendall(answer(200, body))

    slept: list[float] = []
    with scripted_server(drops, answers) as server:
        with CleanlistClient(server.base_url, KEY, sleep=slept.append) as client:
            assert client.validate_key().organization_id == "org_1"
        assert server.connections == 2
    assert len(slept) == 1


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("clext_abc", "browser extension"),
        ("clnl_live_abc", "one person at a time"),
        ("clapi_abc", "does not accept this key"),
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        pytest.param(httpx.Response(401, json={"detail": "Not authenticated"}), id="401"),
        pytest.param(httpx.Response(200, json={"valid": False}), id="200 but not valid"),
    ],
)
def test_a_wrong_key_is_explained_after_the_api_was_asked(key: str, words: str, said: httpx.Response) -> None:
    script = Script([said])
    client = CleanlistClient("http://127.0.0.1:1", f" {key}\u200b\n", transport=httpx.MockTransport(script))
    with client, pytest.raises(KeyRejectedError, match=words):
        client.validate_key()
    assert [request.headers["authorization"] for request in script.asked] == [f"Bearer {key}"]


@pytest.mark.parametrize("key", ["", "  ", "clapi_é", "clapi_a b", "clapi_a\nb"])
def test_a_key_no_request_can_carry_is_refused_in_plain_words(key: str) -> None:
    with pytest.raises(SettingsError, match="does not look like a key") as caught:
        CleanlistClient("http://127.0.0.1:1", key)
    assert caught.value.code == "key_malformed"


@pytest.mark.parametrize("address", ["https://a b.example\x00", "http://host:port"])
def test_an_address_that_is_none_is_refused_in_plain_words(address: str) -> None:
    with pytest.raises(SettingsError, match="CLEANLIST_BASE_URL"):
        CleanlistClient(address, KEY)


def test_an_address_of_another_kind_cannot_be_reached() -> None:
    with CleanlistClient("ftp://127.0.0.1", KEY, attempts=1) as client, pytest.raises(UnreachableError):
        client.validate_key()


def test_a_fault_of_the_server_says_when_to_come_back() -> None:
    with _client(Script([httpx.Response(500)])) as client, pytest.raises(ServerFailedError) as caught:
        client.credit_balance()
    assert caught.value.message.endswith("Please try again in a few minutes.")
