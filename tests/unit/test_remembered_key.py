"""What is taken for the keyring of a computer, and what is kept in it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as Nowhere

from cleanlist_core.remembered_key import KeyringRefusedError, RememberedKey
from cleanlist_core.settings import Settings
from tests.keyrings import Chain, InMemory, PlainFile, in_place_of_the_computers

KEY = "clapi_invented_for_this_test"


@pytest.fixture
def keyring() -> Iterator[InMemory]:
    backend = InMemory()
    with in_place_of_the_computers(backend):
        yield backend


@pytest.mark.parametrize(
    ("backend", "usable"),
    [
        pytest.param(InMemory(), True, id="the keyring of a system"),
        pytest.param(NoKeyring(), False, id="none at all"),
        pytest.param(Nowhere(), False, id="one that keeps nothing"),
        pytest.param(PlainFile(), False, id="a file anybody can read"),
        pytest.param(Chain(InMemory(), PlainFile()), True, id="a file behind a keyring"),
        pytest.param(Chain(PlainFile()), False, id="only files, one after the other"),
    ],
)
def test_a_key_is_kept_in_the_keyring_of_the_system_or_not_at_all(
    backend: KeyringBackend, usable: bool
) -> None:
    with in_place_of_the_computers(backend):
        remembered = RememberedKey(Settings())
        assert remembered.can_be_kept() is usable
        if not usable:
            with pytest.raises(KeyringRefusedError):
                remembered.keep("org", KEY)
            return
        remembered.keep("org", KEY)
        kept = remembered.find()
        assert kept is not None
        assert (kept.organization_id, kept.key.get_secret_value()) == ("org", KEY)
        assert KEY not in repr(kept)


def test_a_file_behind_a_keyring_never_gets_the_key() -> None:
    locked, file = InMemory(), PlainFile()
    locked.locked = True
    with in_place_of_the_computers(Chain(locked, file)), pytest.raises(KeyringRefusedError):
        RememberedKey(Settings()).keep("org", KEY)
    assert not file.held


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"data_dir": Path("elsewhere")}, id="an installation with its own data"),
        pytest.param({"base_url": "https://stage.example"}, id="another address, which must not get the key"),
    ],
)
@pytest.mark.usefixtures("keyring")
def test_installations_do_not_share_a_key(other: dict[str, object]) -> None:
    here, there = RememberedKey(Settings()), RememberedKey(Settings().model_copy(update=other))
    here.keep("org", KEY)
    assert there.find() is None
    there.forget()
    assert here.find() is not None


def test_a_key_goes_with_its_own_organization_only(keyring: InMemory) -> None:
    remembered = RememberedKey(Settings())
    remembered.keep("org", KEY)
    remembered.forget("another")
    assert keyring.held
    remembered.forget("org")
    remembered.forget("org")
    assert not keyring.held


@pytest.mark.parametrize("value", ["", "not JSON", "{}", '{"key": "clapi_x"}'])
def test_what_another_program_wrote_is_no_key(keyring: InMemory, value: str) -> None:
    remembered = RememberedKey(Settings())
    remembered.keep("org", KEY)
    keyring.held = dict.fromkeys(keyring.held, value)
    assert remembered.find() is None


def test_what_a_locked_keyring_says_is_in_no_log_and_no_error(
    keyring: InMemory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keyring.locked = True
    with pytest.raises(KeyringRefusedError) as refused:
        RememberedKey(Settings()).keep("org", KEY)
    told = caplog.text + "".join(traceback.format_exception(refused.value))
    assert "KeyringLocked" in caplog.text
    assert "clapi_" not in told
