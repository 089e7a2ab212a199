"""Alerts outside the tab: what is told, that it is told once, and that a deaf receiver disturbs nothing."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cleanlist_core.alerts import AlertSender, body_for, quiet
from cleanlist_core.domain import RunState
from cleanlist_core.settings import read_settings
from cleanlist_core.store import alerts, organizations, runs
from cleanlist_core.store.alerts import MOST_TRIES, PAUSE_SECONDS, claim_alerts
from cleanlist_core.store.database import Database
from cleanlist_core.workspaces import open_workspaces
from tests.runs.scene import Scene, by_profile, open_scene, people


@dataclass
class Receiver:
    """An incoming webhook on this machine. status: what it answers with."""

    url: str = ""
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [body["text"] for body in self.bodies]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    received = Receiver()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            received.bodies.append(json.loads(self.rfile.read(length)))
            self.send_response(received.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    received.url = f"http://127.0.0.1:{server.server_port}/hooks/T0/secret-word"
    yield received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A database of the test's own: alerts are told of everything that is in it."""
    with open_scene(tmp_path) as opened:
        yield opened


def sender(
    scene: Scene,
    receiver: Receiver,
    app_url: str | None = None,
    *,
    clock: Callable[[], float] | None = None,
) -> AlertSender:
    database = Database(scene.database.engine, clock=clock) if clock else scene.database
    return AlertSender(database, SecretStr(receiver.url), app_url=app_url)


def test_a_finished_list_is_told_once_and_not_again_after_a_restart(scene: Scene, receiver: Receiver) -> None:
    scene.look_up(people(12))
    assert sender(scene, receiver).tell_now() == 1
    (text,) = receiver.texts
    assert text.startswith("invented is done: ")
    assert "of 12 people have an email now" in text
    assert sender(scene, receiver).tell_now() == 0
    assert sender(scene, receiver, "https://app.example.com").tell_now() == 0
    assert len(receiver.bodies) == 1


def test_two_processes_tell_it_once(scene: Scene, receiver: Receiver) -> None:
    scene.look_up(people(3))
    first = claim_alerts(scene.database, low_balance=0)
    assert len(first) == 1
    assert claim_alerts(scene.database, low_balance=0) == []
    assert sender(scene, receiver).tell_now() == 0, "whoever died after claiming it may have told it"


def test_a_list_that_needs_somebody_is_told_with_the_reason_and_the_way_there(
    scene: Scene, receiver: Receiver
) -> None:
    run_id = scene.look_up(people(30), budget=5)
    assert scene.view(run_id).state is RunState.NEEDS_YOU
    assert sender(scene, receiver, "https://app.example.com").tell_now() == 1
    (text,) = receiver.texts
    assert text.startswith("invented needs you. What is left of the budget you set")
    assert text.endswith(f"https://app.example.com/progress?run={run_id}")


def test_what_needs_somebody_anew_is_told_anew(scene: Scene, receiver: Receiver) -> None:
    run_id = scene.look_up(people(30), budget=5)
    sender(scene, receiver).tell_now()
    runs.set_state(scene.database, run_id, RunState.RUNNING, expected=[RunState.NEEDS_YOU])
    assert sender(scene, receiver).tell_now() == 0
    runs.set_state(
        scene.database, run_id, RunState.NEEDS_YOU, waiting_for="budget", expected=[RunState.RUNNING]
    )
    assert sender(scene, receiver).tell_now() == 1
    assert len(receiver.bodies) == 2


def test_pausing_and_looking_up_one_person_are_nobody_elses_news(scene: Scene, receiver: Receiver) -> None:
    scene.workspace.pause(scene.organization_id, scene.start(scene.add_list(people(3))))
    scene.look_up([by_profile(99)])
    assert sender(scene, receiver).tell_now() == 0


def test_low_credits_are_told_when_they_fall_low_and_again_only_after_a_top_up(
    scene: Scene, receiver: Receiver
) -> None:
    def read(balance: int) -> int:
        now = scene.database.clock()
        organizations.add_reading(
            scene.database,
            scene.organization_id,
            Decimal(balance),
            used_this_month=None,
            read_at=now,
            why="x",
        )
        return sender(scene, receiver).tell_now()

    assert [read(balance) for balance in (500, 80, 60, 400, 20)] == [0, 1, 0, 0, 1]
    assert receiver.texts[0].startswith("Credits are running low: 80 left.")


def test_a_receiver_that_refuses_is_asked_again_later_and_given_up_in_the_end(
    scene: Scene, receiver: Receiver
) -> None:
    moment = [scene.database.clock()]
    scene.look_up(people(3))
    receiver.status = 503
    patient = sender(scene, receiver, clock=lambda: moment[0])
    assert patient.tell_now() == 1
    assert patient.tell_now() == 0, "not at once"
    for _ in range(2 * MOST_TRIES):
        moment[0] += PAUSE_SECONDS * MOST_TRIES
        patient.tell_now()
    assert len(receiver.bodies) == MOST_TRIES


def test_a_redirect_is_not_followed(scene: Scene, receiver: Receiver) -> None:
    scene.look_up(people(3))
    receiver.status = 302
    sender(scene, receiver).tell_now()
    assert len(receiver.bodies) == 1


def test_nobody_listening_disturbs_nothing_and_the_address_is_in_no_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = scene.look_up(people(3))
    nobody = AlertSender(scene.database, SecretStr("http://127.0.0.1:9/hooks/secret-word"))
    with caplog.at_level(logging.DEBUG, logger="cleanlist_core"):
        assert nobody.tell_now() == 1
    assert "could not be sent" in caplog.text
    assert "secret-word" not in caplog.text
    assert scene.view(run_id).state is RunState.FINISHED


def test_the_address_is_in_no_log_of_the_http_client_either(
    scene: Scene, receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scene.look_up(people(3))
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        caplog.set_level(logging.NOTSET, logger=name)
    settings = read_settings().model_copy(update={"data_dir": tmp_path / "another", "practice": "off"})
    open_workspaces(settings, drive=False).close()
    assert sender(scene, receiver).tell_now() == 1
    assert len(receiver.bodies) == 1
    assert "secret-word" not in caplog.text


def test_an_old_list_is_no_news_when_alerts_are_switched_on(scene: Scene, receiver: Receiver) -> None:
    scene.look_up(people(3))
    later = scene.database.clock() + alerts.NEWS_SECONDS + 1
    assert sender(scene, receiver, clock=lambda: later).tell_now() == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Spring fair (2026)", "Spring fair (2026)", id="a usual name stays"),
        pytest.param("<!channel> now", "channel now", id="nobody is called"),
        pytest.param("[pay](https://evil.example)", "pay (https evil.​example)", id="no link is made"),
        pytest.param("*bold*\n_and_ `more`", "bold and more", id="no format"),
        pytest.param("x" * 100, "x" * 79 + "…", id="a long name is cut"),
    ],
)
def test_a_name_from_a_file_is_only_text_in_a_chat(name: str, shown: str) -> None:
    assert quiet(name) == shown


def test_teams_gets_a_card_and_everybody_else_the_plain_form() -> None:
    assert body_for("https://hooks.slack.com/services/T0", "a < b") == {"text": "a &lt; b"}
    card = body_for("https://firm.webhook.office.com/x", "a < b")
    assert card["attachments"][0]["content"]["body"][0]["text"] == "a < b"
    assert "attachments" not in body_for("https://logic.azure.com.evil.example/x", "a")


def test_the_address_is_a_secret_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLEANLIST_ALERT_URL", "https://hooks.example.com/T0/secret-word")
    monkeypatch.chdir(tmp_path)
    assert "secret-word" not in repr(read_settings())
