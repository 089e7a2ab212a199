"""Remember on this computer: offered to who sits there, found again after a restart, gone with Disconnect."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from cleanlist_core.sandbox import Sandbox
from pages.parts import session
from pages.parts.this_computer import asked_from_here
from tests.keyrings import InMemory, in_place_of_the_computers
from tests.pages.conftest import Visitor

NewVisitor = Callable[[], Visitor]
HERE = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}
NEW_KEY_IS_ASKED_FOR = "Where to find your key"
REMEMBERED = "keyring remembers your key"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    """The keyring of the computer at which every visitor of the test sits."""
    monkeypatch.setattr(session, "asked_from_here", lambda *_: True)
    backend = InMemory()
    with in_place_of_the_computers(backend):
        yield backend


def connect(visitor: Visitor, key: str, *, remember: bool) -> Visitor:
    visitor.go("connect.py")
    visitor.app.text_input[0].set_value(key)
    visitor.app.checkbox(key="remember_key").set_value(remember)
    next(one for one in visitor.app.button if one.label == "Connect").click().run()
    assert not visitor.app.exception
    assert "Connected." in visitor.text
    return visitor


def restart() -> None:
    """All that a server has in memory is gone."""
    session.workspaces().close()
    st.cache_resource.clear()


def test_a_remembered_key_is_found_again_after_a_restart_until_somebody_disconnects(
    real_api: Sandbox, keyring: InMemory, new_visitor: NewVisitor
) -> None:
    issued = real_api.new_organization(credits=640)
    assert REMEMBERED in connect(new_visitor(), issued.key, remember=True).text
    restart()
    visitor = new_visitor()
    assert visitor.metrics["Credits left"] == "640"
    assert REMEMBERED in visitor.go("connect.py").text
    visitor.click("disconnect")
    assert NEW_KEY_IS_ASKED_FOR in visitor.text
    assert not keyring.held
    restart()
    assert new_visitor().app.button(key="door_connect")


def test_without_the_tick_nothing_is_remembered_and_what_was_is_gone(
    real_api: Sandbox, keyring: InMemory, new_visitor: NewVisitor
) -> None:
    first, second = (real_api.new_organization().key for _ in range(2))
    connect(new_visitor(), first, remember=True)
    restart()
    visitor = new_visitor().go("connect.py").click("disconnect")
    assert REMEMBERED not in connect(visitor, second, remember=False).text
    assert not keyring.held


def test_a_remembered_key_is_in_no_file_no_log_and_no_page(
    real_api: Sandbox,
    keyring: InMemory,
    new_visitor: NewVisitor,
    data_dir: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    key = real_api.new_organization().key
    shown = connect(new_visitor(), key, remember=True)
    restart()
    again = new_visitor().go("connect.py")
    keyring.locked = True
    again.click("disconnect")
    for visitor in (shown, again):
        assert key not in visitor.text
        assert key not in repr(visitor.app.session_state)
    assert key not in caplog.text
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    assert files
    assert not [path.name for path in files if key.encode()[6:40] in path.read_bytes()]


def test_a_keyring_that_does_not_open_is_said_and_the_key_works_all_the_same(
    real_api: Sandbox, keyring: InMemory, new_visitor: NewVisitor
) -> None:
    key = real_api.new_organization().key
    keyring.locked = True
    visitor = connect(new_visitor(), key, remember=True)
    assert "the keyring of this computer did not take it" in visitor.text
    keyring.locked = False
    visitor.click("disconnect")
    connect(visitor, key, remember=True)
    keyring.locked = True
    visitor.click("disconnect")
    assert NEW_KEY_IS_ASKED_FOR in visitor.text
    assert "did not let your key go" in visitor.text
    restart()
    assert "did not give your key" in new_visitor().text


def test_a_remembered_key_that_is_no_longer_accepted_says_so_and_a_new_one_takes_its_place(
    real_api: Sandbox, keyring: InMemory, new_visitor: NewVisitor
) -> None:
    old, new = (real_api.new_organization().key for _ in range(2))
    connect(new_visitor(), old, remember=True)
    real_api.revoke_key(old)
    restart()
    visitor = new_visitor()
    assert "does not accept this key" in visitor.text
    connect(visitor, new, remember=True)
    [kept] = keyring.held.values()
    assert new in kept


def test_whoever_comes_from_elsewhere_is_not_offered_it_and_gets_nobodys_key(
    real_api: Sandbox, keyring: InMemory, new_visitor: NewVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(new_visitor(), real_api.new_organization().key, remember=True)
    monkeypatch.setattr(session, "asked_from_here", asked_from_here)
    stranger = new_visitor()
    assert stranger.app.button(key="door_connect")
    assert not stranger.go("connect.py").app.checkbox
    assert keyring.held


@pytest.mark.parametrize(
    ("headers", "address", "served_at", "here"),
    [
        pytest.param(HERE, None, ["localhost", None], True, id="by the computer's own name"),
        pytest.param({"host": "127.0.0.1:8501"}, "127.0.0.1", [], True, id="by its own number"),
        pytest.param({"host": "[::1]:8501"}, "::1", ["::1"], True, id="by its own long number"),
        pytest.param(HERE, "192.0.2.7", [], False, id="from another computer"),
        pytest.param(
            {"host": "lists.example.com"}, None, [], False, id="through a proxy that keeps the name"
        ),
        pytest.param(HERE | {"X-Forwarded-For": "192.0.2.7"}, None, [], False, id="through a proxy"),
        pytest.param(
            HERE | {"X-Forwarded-Proto": "https"}, None, [], False, id="through one that says little"
        ),
        pytest.param(HERE | {"Forwarded": "for=192.0.2.7"}, None, [], False, id="through a modern proxy"),
        pytest.param(HERE | {"Via": "1.1 gate"}, None, [], False, id="through a gateway"),
        pytest.param({"host": "localhost.example.com"}, None, [], False, id="a name that begins alike"),
        pytest.param({"host": "a@localhost.example.com:1"}, None, [], False, id="a name made to deceive"),
        pytest.param({}, None, [], False, id="nobody says by which name"),
        pytest.param({"host": "[::1"}, None, [], False, id="a broken name"),
        pytest.param(HERE, None, ["0.0.0.0"], False, id="a server open to the network"),  # noqa: S104  # it is refused
        pytest.param(HERE, None, ["localhost", "lists.example.com"], False, id="a server with a public name"),
    ],
)
def test_only_who_sits_at_the_computer_is_at_the_computer(
    headers: dict[str, str], address: str | None, served_at: list[str | None], here: bool
) -> None:
    assert asked_from_here(headers, address, served_at) is here
