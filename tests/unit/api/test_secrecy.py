"""The key is in nothing a person, a log or a crash report may see."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator

import httpx
import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.api.refusals import Refusal
from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.errors import CleanlistError
from tests.unit.api.scripted_server import answer, read_request, scripted_server

KEY = "clapi_verysecret0123456789abcdefghijklmnop"
PERSON = [Contact(linkedin_url="https://www.linkedin.com/in/invented-ilse")]

CALLS: dict[str, Callable[[CleanlistClient], object]] = {
    "validate_key": lambda client: client.validate_key(),
    "credit_balance": lambda client: client.credit_balance(),
    "submit_batch": lambda client: client.submit_batch(PERSON, EnrichmentType.FULL),
    "workflow_status": lambda client: client.workflow_status("w"),
    "task_status": lambda client: client.task_status("t"),
}
TELLTALE = {"detail": f"the key {KEY} is wrong", "error": {"code": "x", "problem": f"no {KEY}"}}
FAULTS = {
    **{
        f"status {status}": httpx.Response(status, json=TELLTALE) for status in (400, 401, 402, 403, 404, 429)
    },
    **{f"status {status}": httpx.Response(status, text=f"<p>{KEY}</p>") for status in (302, 500, 502, 503)},
    "detail only": httpx.Response(400, json={"detail": f"{'x' * 190} {KEY}"}),
    "422": httpx.Response(422, json={"detail": [{"loc": ["body", "contacts", 0], "msg": f"bad {KEY}"}]}),
    "unreadable": httpx.Response(200, text=KEY),
    "unknown shape": httpx.Response(200, json={"x": KEY}),
    "connect": httpx.ConnectError(f"no {KEY}"),
    "read": httpx.ReadTimeout(f"slow {KEY}"),
    "decode": httpx.DecodingError(f"packed {KEY}"),
}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_error_holds_the_key(
    call: Callable[[CleanlistClient], object],
    fault: httpx.Response | Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(fault, httpx.RequestError):
            fault.request = request
            raise fault
        return httpx.Response(fault.status_code, headers=fault.headers, content=fault.content)

    caplog.set_level(logging.DEBUG)
    client = CleanlistClient(
        "http://127.0.0.1:1", KEY, transport=httpx.MockTransport(respond), sleep=[].append
    )
    with client, pytest.raises(CleanlistError) as caught:
        call(client)
    for error in _chain(caught.value):
        assert not hasattr(error, "request")
        assert not isinstance(error, httpx.HTTPError)
        seen = [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
        assert not [text for text in (*seen, caplog.text) if "verysecret" in text]
    detail = getattr(caught.value, "detail", "")
    assert len(detail) <= 200


def test_neither_the_client_nor_its_insides_show_the_key() -> None:
    with CleanlistClient("https://api.example/v1", KEY) as client:
        assert repr(client) == "CleanlistClient('https://api.example/v1')"
        assert "verysecret" not in repr(vars(client))
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(client)


def test_a_refusal_on_its_way_to_an_error_hides_the_key() -> None:
    assert "verysecret" not in repr(Refusal(401, b"", None, KEY, spending=False))


def test_a_malformed_key_is_not_echoed() -> None:
    with pytest.raises(CleanlistError) as caught:
        CleanlistClient("https://api.example", f"{KEY}\u00e9 x")
    assert "verysecret" not in "".join(traceback.format_exception(caught.value))


def test_the_log_of_a_real_request_is_free_of_the_key(caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps({"credits": 1}).encode()
    for name in ("httpx", "httpcore"):  # quieted where a program of ours runs
        caplog.set_level(logging.DEBUG, logger=name)

    def answers(connection: object) -> None:
        read_request(connection)
        connection.sendall(answer(200, body))

    with scripted_server(answers) as server, CleanlistClient(server.base_url, KEY) as client:
        client.credit_balance()
    assert "credits/balance" in caplog.text
    assert "verysecret" not in caplog.text
