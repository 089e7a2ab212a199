"""Announcements: posted to a real receiver on this machine, and to nobody else."""

from __future__ import annotations

import asyncio
import gc
import json
import queue
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.deliveries import ATTEMPTS, DELAYS
from cleanlist_core.sandbox.targets import ForbiddenTargetError, find_target
from cleanlist_core.sandbox.webhooks import THREAD_NAME, Courier
from tests.unit.sandbox.conftest import people

WAIT = 20
FAST = 400.0


class Posted(NamedTuple):
    path: str
    headers: dict[str, str]
    body: Any
    at: float


class _Quiet(ThreadingHTTPServer):
    """A caller may break off; that is no news."""

    def handle_error(self, *_: object) -> None:
        pass


class Receiver:
    """Takes announcements; answers with the statuses given, the last one again and again."""

    def __init__(
        self,
        statuses: list[int],
        *,
        hold: threading.Event | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.posted: queue.Queue[Posted] = queue.Queue()
        self._statuses = statuses
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posted = Posted(self.path, dict(self.headers), json.loads(body), time.monotonic())
                receiver.posted.put(posted)
                if hold is not None:
                    hold.wait(WAIT)
                status = receiver._next_status()
                self.send_response(status)
                if status in (301, 307):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hooks/secret-path"

    def _next_status(self) -> int:
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    @contextmanager
    def listening(self) -> Iterator[Receiver]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def next(self) -> Posted:
        return self.posted.get(timeout=WAIT)


class Announcing:
    """A served sandbox and a caller who asks for announcements."""

    def __init__(self, sandbox: Sandbox, client: httpx.Client, issued: IssuedKey) -> None:
        self.sandbox, self.client, self.issued = sandbox, client, issued

    def submit(self, url: str, count: int = 3, wanted: str = "full") -> str:
        body = {"enrichment_type": wanted, "contacts": people(count), "webhook_url": url}
        workflow_id: str = self.client.post("/enrich/bulk", json=body).json()["workflow_id"]
        return workflow_id

    def deliveries(self, workflow_id: str) -> Any:
        answer = self.client.get("/webhooks/deliveries", params={"workflow_id": workflow_id})
        return answer.json()["deliveries"]

    def settled_deliveries(self, workflow_id: str, count: int) -> Any:
        """The deliveries once so many attempts have an outcome."""
        until(lambda: len([d for d in self.deliveries(workflow_id) if d["status"] != "pending"]) >= count)
        return self.deliveries(workflow_id)


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    pause = threading.Event()
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that"
        pause.wait(0.01)


@contextmanager
def announcing(state: Path | None = None, **options: Any) -> Iterator[Announcing]:
    chosen = SandboxOptions(**{"time_factor": FAST, "credits": 5000, "rate_limit": 100_000, **options})
    with Sandbox(chosen, state_path=state) as sandbox, serve(sandbox) as running:
        issued = sandbox.new_organization()
        headers = {"Authorization": f"Bearer {issued.key}"}
        with httpx.Client(base_url=running.base_url, headers=headers) as client:
            yield Announcing(sandbox, client, issued)


def test_the_end_of_a_workflow_is_announced_once_with_everything_a_poll_tells() -> None:
    with Receiver([200]).listening() as receiver, announcing() as api:
        workflow_id = api.submit(receiver.url, 5)
        posted = receiver.next()
        polled = api.client.get("/enrich/status", params={"workflow_id": workflow_id}).json()["workflow"]
        assert posted.path == "/hooks/secret-path"
        assert posted.headers["Content-Type"] == "application/json"
        assert posted.headers["Host"] == f"127.0.0.1:{receiver.port}"
        assert "Authorization" not in posted.headers
        same = (
            "workflow_id",
            "status",
            "enrichment_type",
            "summary",
            "results",
            "completed_at",
            "lead_list_id",
        )
        assert {name: posted.body[name] for name in same} == {name: polled[name] for name in same}
        assert posted.body["event"] == "enrichment.completed"
        assert (posted.body["results_limit"], posted.body["results_truncated"]) == (250, 0)
        endpoint = posted.body["results_endpoint"]
        assert (
            api.client.get(api.client.base_url.copy_with(raw_path=endpoint.encode())).json()["workflow"]
            == polled
        )
        (delivery,) = api.settled_deliveries(workflow_id, 1)
        assert (delivery["attempt_number"], delivery["status"], delivery["response_code"]) == (
            1,
            "delivered",
            200,
        )
        assert "error_message" not in delivery
        assert delivery["attempted_at"] >= polled["completed_at"]
        assert receiver.posted.empty()


@pytest.mark.parametrize("statuses", [[503, 200], [404, 500, 204]])
def test_a_receiver_that_refuses_is_asked_again_until_it_agrees(statuses: list[int]) -> None:
    tries = len(statuses)
    with Receiver(list(statuses)).listening() as receiver, announcing() as api:
        workflow_id = api.submit(receiver.url)
        deliveries = api.settled_deliveries(workflow_id, tries)
        assert [delivery["response_code"] for delivery in deliveries] == statuses
        assert [delivery["status"] for delivery in deliveries] == ["failed"] * (tries - 1) + ["delivered"]
        assert deliveries[0]["error_message"] == f"Receiver answered {statuses[0]}"
        bodies = [receiver.next().body for _ in range(tries)]
        assert all(body == bodies[0] for body in bodies)


def test_after_five_attempts_it_gives_up_and_the_pauses_double() -> None:
    assert (ATTEMPTS, DELAYS) == (5, (1, 2, 4, 8))
    factor = 20.0
    with Receiver([500]).listening() as receiver, announcing(time_factor=factor) as api:
        workflow_id = api.submit(receiver.url, 1, "none")
        deliveries = api.settled_deliveries(workflow_id, 5)
        assert [delivery["attempt_number"] for delivery in deliveries] == [1, 2, 3, 4, 5]
        assert {delivery["status"] for delivery in deliveries} == {"failed"}
        times = [receiver.next().at for _ in range(5)]
        pauses = [later - earlier for earlier, later in pairwise(times)]
        assert all(pause >= delay / factor * 0.95 for pause, delay in zip(pauses, DELAYS, strict=True))
        assert api.sandbox.courier.next_due() is None
        assert receiver.posted.empty()


def test_a_redirect_is_a_refusal_and_not_followed() -> None:
    with Receiver([307, 200]).listening() as receiver, announcing() as api:
        workflow_id = api.submit(receiver.url)
        first, second = api.settled_deliveries(workflow_id, 2)
        assert (first["response_code"], second["response_code"]) == (307, 200)
        assert {receiver.next().path for _ in range(2)} == {"/hooks/secret-path"}


def test_a_receiver_that_does_not_answer_in_time_is_asked_again() -> None:
    hold = threading.Event()
    with Receiver([200], hold=hold).listening() as receiver:
        with announcing(webhook_timeout_seconds=0.1) as api:
            workflow_id = api.submit(receiver.url)
            first = api.settled_deliveries(workflow_id, 1)[0]
            assert (first["status"], first["error_message"]) == ("failed", "No answer within 0.1 seconds")
            assert "response_code" not in first
        hold.set()


def test_nobody_listening_is_told_as_such() -> None:
    with Receiver([200]).listening() as receiver:
        url = receiver.url
    with announcing() as api:
        first = api.settled_deliveries(api.submit(url), 1)[0]
        assert first["error_message"] == "No answer: ConnectError"


def test_an_address_beyond_this_machine_is_not_called() -> None:
    with announcing() as api:
        workflow_id = api.submit("https://203.0.113.7/hook")
        (only,) = api.settled_deliveries(workflow_id, 1)
        assert only["status"] == "failed"
        assert "this machine only" in only["error_message"]
        assert api.sandbox.courier.next_due() is None


def resolving(*addresses: str) -> Callable[[str, int], Any]:
    async def resolve(_name: str, _port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize(
    ("url", "addresses", "anywhere", "called"),
    [
        ("http://localhost:9/a?b=c", ["127.0.0.1"], False, "http://127.0.0.1:9/a?b=c"),
        ("https://hooks.example/a", ["127.0.0.1", "::1"], False, "https://127.0.0.1:443/a"),
        ("https://hooks.example", ["::1"], False, "https://[::1]:443/"),
        ("https://hooks.example/a#b", ["203.0.113.7"], True, "https://203.0.113.7:443/a"),
        ("https://user:pass@hooks.example/a", ["203.0.113.7"], True, "https://203.0.113.7:443/a"),
    ],
)
def test_the_address_that_was_checked_is_the_one_that_is_called(
    url: str, addresses: list[str], anywhere: bool, called: str
) -> None:
    target = asyncio.run(find_target(url, anywhere=anywhere, resolve=resolving(*addresses)))
    assert target.url == called
    assert "@" not in target.host


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["203.0.113.7"], id="far away"),
        pytest.param(["127.0.0.1", "203.0.113.7"], id="one of two far away"),
        pytest.param(["10.0.0.1"], id="a neighbour"),
        pytest.param(["169.254.169.254"], id="the machine's keeper"),
        pytest.param(["0.0.0.0"], id="everywhere"),  # noqa: S104  # an address that must be refused
        pytest.param(["::ffff:203.0.113.7"], id="far away in disguise"),
        pytest.param(["fe80::1"], id="the same wire"),
    ],
)
def test_a_name_that_leads_away_from_this_machine_is_refused(addresses: list[str]) -> None:
    with pytest.raises(ForbiddenTargetError):
        asyncio.run(find_target("https://hooks.example/a", anywhere=False, resolve=resolving(*addresses)))


def test_an_announcement_carries_so_many_people_and_says_how_many_are_missing() -> None:
    with Receiver([200]).listening() as receiver, announcing(announced_results=4) as api:
        api.submit(receiver.url, 10)
        body = receiver.next().body
        assert (len(body["results"]), body["results_limit"], body["results_truncated"]) == (4, 4, 6)
        assert body["summary"]["total"] == 10


@pytest.mark.parametrize("dialect", ["nested_results", "by_task", "top_level_tasks", "not_found_fails"])
def test_an_announcement_speaks_the_dialect_and_always_holds_results(dialect: str) -> None:
    with Receiver([200]).listening() as receiver, announcing(dialect=dialect) as api:
        api.submit(receiver.url, 20)
        body = receiver.next().body
        assert len(body["results"]) == 20
        if dialect in ("nested_results", "top_level_tasks"):
            assert any("email" in entry.get("result", {}) for entry in body["results"])
        if dialect == "not_found_fails":
            assert body["summary"]["failed"] == sum(entry["status"] == "failed" for entry in body["results"])


def test_sixty_workflows_are_announced_once_each_also_with_one_slow_receiver() -> None:
    hold = threading.Event()
    with Receiver([200]).listening() as quick, Receiver([200], hold=hold).listening() as slow:
        with announcing() as api:
            api.submit(slow.url, 1, "none")
            ids = {api.submit(quick.url, 1, "none") for _ in range(60)}
            assert {quick.next().body["workflow_id"] for _ in range(60)} == ids
            hold.set()
        assert quick.posted.empty()


def test_there_is_no_thread_before_it_is_needed_nor_after_the_end() -> None:
    def threads() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == THREAD_NAME]

    hold = threading.Event()
    with Receiver([200], hold=hold).listening() as receiver:
        with announcing() as api:
            api.client.post("/enrich/bulk", json={"contacts": people(1)})
            assert threads() == []
            workflow_id = api.submit(receiver.url)
            receiver.next()
            assert threads() == [THREAD_NAME]
            started = time.monotonic()
        assert time.monotonic() - started < 5
        assert threads() == []
        assert workflow_id
        hold.set()


def test_what_was_not_announced_when_it_stopped_is_announced_when_it_starts_again(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with Receiver([200]).listening() as receiver:
        with announcing(state, time_factor=1) as api:
            workflow_id = api.submit(receiver.url, 2)
        ends_at = 0.0
        with Sandbox(SandboxOptions(), state_path=state) as look:
            ends_at = look.ledger()[0].workflows[0].ends_at
        later = Sandbox(SandboxOptions(), state_path=state, clock=lambda: ends_at + 1)
        with later, serve(later):
            assert receiver.next().body["workflow_id"] == workflow_id
            until(lambda: later.ledger()[0].workflows[0].deliveries[0].status == "delivered")


def test_two_processes_over_one_state_announce_once(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with (
        Receiver([200]).listening() as receiver,
        Sandbox(SandboxOptions(time_factor=FAST), state_path=state) as other,
        announcing(state) as api,
        serve(other),
    ):
        ids = [api.submit(receiver.url, 1, "none") for _ in range(10)]
        other.courier.wake()
        assert sorted(receiver.next().body["workflow_id"] for _ in range(10)) == sorted(ids)
        for workflow_id in ids:
            api.settled_deliveries(workflow_id, 1)
        assert receiver.posted.empty()


def test_the_ledger_shows_attempts_and_not_the_secret_address() -> None:
    with Receiver([200]).listening() as receiver, announcing() as api:
        workflow_id = api.submit(receiver.url)
        api.settled_deliveries(workflow_id, 1)
        page = api.client.get(api.client.base_url.copy_with(path="/_sandbox/ledger"))
        assert page.json()["organizations"][0]["workflows"][0]["deliveries"][0]["status"] == "delivered"
        assert "secret-path" not in page.text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for hooks.example that nobody but its maker trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "hooks.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_is_checked_for_the_name_though_the_address_is_called(
    certificate: Path, trusted: bool
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    with (
        Receiver([200], tls=serving).listening() as receiver,
        Sandbox(SandboxOptions(time_factor=FAST)) as sandbox,
    ):
        sandbox.courier = Courier(sandbox, resolve=resolving("127.0.0.1"), tls=trust)
        with serve(sandbox):
            caller = sandbox.admit(f"Bearer {sandbox.new_organization().key}")
            url = f"https://hooks.example:{receiver.port}/hooks"
            body = {"contacts": people(1), "webhook_url": url}
            made = sandbox.submit(caller, json.dumps(body).encode())
            until(lambda: [a.status for a in sandbox.deliveries_of(made)][:1] not in ([], ["pending"]))
            first = sandbox.deliveries_of(made)[0]
        if trusted:
            assert first.status == "delivered"
            assert receiver.next().headers["Host"] == f"hooks.example:{receiver.port}"
        else:
            assert (first.status, first.error) == ("failed", "No answer: ConnectError")


@pytest.mark.parametrize("ends", ["the time is up", "the sandbox ends"])
def test_a_connection_is_let_go_of_whose_handshake_is_never_answered(ends: str) -> None:
    options = SandboxOptions(time_factor=FAST, webhook_timeout_seconds=0.2 if "time" in ends else WAIT)
    with (
        warnings.catch_warnings(record=True) as told,
        socket.create_server(("127.0.0.1", 0)) as receiver,
        ExitStack() as kept_open,
        Sandbox(options) as sandbox,
    ):
        warnings.simplefilter("always")
        sandbox.courier = Courier(sandbox, resolve=resolving("127.0.0.1"))
        with serve(sandbox):
            caller = sandbox.admit(f"Bearer {sandbox.new_organization().key}")
            url = f"https://hooks.example:{receiver.getsockname()[1]}/hooks"
            made = sandbox.submit(caller, json.dumps({"contacts": people(1), "webhook_url": url}).encode())
            assert kept_open.enter_context(receiver.accept()[0]).recv(1)
            if "time" in ends:
                until(lambda: [a.status for a in sandbox.deliveries_of(made)][:1] == ["failed"])
    gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []
