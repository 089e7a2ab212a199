"""The key is in no file, log or error, whatever happens to a run."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanlist_core.errors import ApiError, KeyRejectedError
from cleanlist_core.keys import KeyHolder
from tests.runs import faulty_api as api
from tests.runs.faulty_api import says
from tests.runs.fronts import Front, open_front
from tests.runs.scene import people


@pytest.fixture
def own_front(tmp_path: Path) -> Iterator[Front]:
    with open_front(tmp_path / "data") as front:
        yield front


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_key_is_in_no_file_and_no_log_after_a_run_with_every_kind_of_trouble(
    own_front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scene, front = own_front.scene, own_front.api
    echo = says(500, {"detail": f"you sent {scene.key}"})
    caplog.set_level(logging.DEBUG)
    front.faults["send"] = [api.resets_unread, says(401, {"detail": f"bad key {scene.key}"})]
    front.faults["look"] = [echo, api.cuts_the_answer, says(404, {"detail": scene.key})]
    front.faults["balance"] = [echo]
    run_id = scene.start(scene.add_list(people(300)))
    own_front.drive(run_id)
    assert scene.view(run_id).waiting_for == "key_rejected"
    scene.workspace.connect(scene.key)
    own_front.drive(run_id)
    assert "finished" in scene.states(run_id)
    files = bytes_of(tmp_path / "data")
    assert {"cleanlist.sqlite3", "cleanlist.sqlite3-wal"} <= set(files)
    secret = scene.key.encode()
    for name, content in files.items():
        assert secret not in content, name
        assert secret[6:40] not in content, f"part of it in {name}"
    assert scene.key not in caplog.text
    assert scene.key not in scene.log(run_id)
    assert scene.key not in repr(scene.workspace.keys) + repr(scene.workspace.settings)


def test_the_data_is_closed_to_other_users(own_front: Front, tmp_path: Path) -> None:
    own_front.look_up(count=3)
    folder = tmp_path / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_a_rejected_key_is_in_no_error(own_front: Front) -> None:
    key = own_front.scene.key[:-1] + "!"
    with pytest.raises(KeyRejectedError) as rejected:
        own_front.scene.workspace.connect(key)
    assert key not in f"{rejected.value!r} {rejected.value} {rejected.value.detail}"
    assert key not in repr(rejected.value.__context__)


def test_a_key_is_gone_once_forgotten_and_a_run_waits_for_one(own_front: Front) -> None:
    scene = own_front.scene
    run_id = scene.start(scene.add_list(people(3)))
    scene.workspace.keys.forget(scene.organization_id)
    assert not scene.workspace.keys.has(scene.organization_id)
    assert scene.workspace.drive_here(run_id, scene.organization_id)
    view = scene.view(run_id)
    assert view.waiting_for == "no_key"
    assert "Connect it and the list goes on" in view.why
    with pytest.raises(ApiError, match="not connected any more"):
        scene.workspace.refresh_balance(scene.organization_id)
    scene.workspace.connect(scene.key)
    own_front.drive(run_id)
    assert set(scene.accepted().values()) == {1}


def test_the_holder_never_shows_what_it_holds() -> None:
    holder = KeyHolder()
    holder.remember("org", "clapi_invented")
    assert "clapi_invented" not in repr(holder) + repr(vars(holder))
    assert holder.find("org") == "clapi_invented"
    assert holder.find("other") is None
    holder.forget("org")
    holder.forget("org")
    assert holder.find("org") is None
