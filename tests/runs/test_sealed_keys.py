"""A key typed in one process serves the others, sealed, for as long as a run needs it and no longer."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select, update

from cleanlist_core.domain import RunState
from cleanlist_core.key_safe import KeySafe
from cleanlist_core.runs.embedded import KEYLESS_SECONDS, EmbeddedEngine
from cleanlist_core.sealing import Seal
from cleanlist_core.store.database import open_url
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.schema import sealed_key
from cleanlist_core.workspace import Workspace
from tests.databases import NewUrl
from tests.postgres import Server
from tests.runs.scene import Scene, open_scene, people
from tests.runs.steps import ManualClock

pytestmark = pytest.mark.both_databases

MASTER, ANOTHER = (base64.urlsafe_b64encode(bytes([byte] * 32)).decode() for byte in (1, 2))

Colleague = Callable[..., Workspace]


@pytest.fixture
def scene(tmp_path: Path, new_url: NewUrl) -> Iterator[Scene]:
    """A web process with a key that somebody typed in, and a run that nobody drives yet."""
    folder = tmp_path / "data"
    with open_scene(folder, url=new_url(folder), master_key=MASTER) as opened:
        yield opened


@pytest.fixture
def colleague(scene: Scene) -> Iterator[Colleague]:
    """Another process on the same database. changes: to the keys of the first one's settings."""
    opened: list[Workspace] = []

    def open_one(**changes: str | None) -> Workspace:
        keys = {name: SecretStr(key) if key else None for name, key in changes.items()}
        settings = scene.workspace.settings.model_copy(update=keys)
        assert settings.database_url is not None
        opened.append(Workspace(settings, open_url(settings.database_url.get_secret_value())))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def sealed_in(scene: Scene) -> list[str]:
    with scene.database.read() as connection:
        return list(connection.execute(select(sealed_key.c.sealed)).scalars())


def test_a_worker_drives_with_a_key_it_was_never_given(scene: Scene, colleague: Colleague) -> None:
    run_id = scene.start(scene.add_list(people(5)))
    worker = colleague()
    assert worker.drive_here(run_id, scene.organization_id)
    assert scene.view(run_id).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {1}


def test_a_key_of_somebody_who_left_is_not_sealed_again_when_a_colleague_starts_a_list(scene: Scene) -> None:
    scene.with_email_key()
    scene.workspace.keys.withdraw(scene.organization_id)
    run_id = scene.start(scene.add_list(people(5)))
    assert sealed_in(scene) == []
    assert scene.drive(run_id).state is RunState.FINISHED, "this process goes on with it"
    scene.workspace.connect(scene.key)
    scene.start(scene.add_list(people(5, start=50)))
    assert len(sealed_in(scene)) == 1


def test_without_a_master_key_the_run_waits_and_says_so(scene: Scene, colleague: Colleague) -> None:
    scene.workspace.keys.withdraw(scene.organization_id)
    web = colleague(master_key=None)
    web.connect(scene.key)
    list_id = scene.add_list(people(5))
    price = web.orders.estimates(scene.organization_id, list_id)
    wanted = next(iter(price))
    run_id = web.orders.start_run(scene.organization_id, list_id, wanted, budget=5, estimate=price[wanted])
    assert sealed_in(scene) == []
    assert colleague(master_key=None).drive_here(run_id, scene.organization_id)
    assert scene.view(run_id).waiting_for == "no_key"
    assert "Connect it and the list goes on" in scene.view(run_id).why


def test_the_key_is_nowhere_in_clear(
    scene: Scene,
    colleague: Colleague,
    database_kind: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    run_id = scene.start(scene.add_list(people(5)))
    (sealed,) = sealed_in(scene)
    if database_kind == "sqlite":
        stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    else:
        server: Server = request.getfixturevalue("postgres")
        url = scene.workspace.settings.database_url
        assert url is not None
        stored = server.dump(url.get_secret_value()).encode()
    assert sealed.encode() in stored
    colleague().drive_here(run_id, scene.organization_id)
    for secret in (scene.key, scene.key[6:40], MASTER):
        assert secret.encode() not in stored
        assert secret not in caplog.text
        assert base64.b64encode(secret.encode()) not in stored


def test_the_key_is_gone_when_no_run_needs_it_any_more(scene: Scene) -> None:
    first, second = (scene.start(scene.add_list(people(3, start=start))) for start in (0, 10))
    safe = KeySafe(scene.database, scene.workspace.settings)
    scene.drive(first)
    safe.forget_needless()
    assert len(sealed_in(scene)) == 1, "the second one needs it still"
    scene.drive(second)
    safe.forget_needless()
    assert sealed_in(scene) == []


def test_disconnecting_removes_it_at_once(scene: Scene, colleague: Colleague) -> None:
    run_id = scene.start(scene.add_list(people(3)))
    assert len(sealed_in(scene)) == 1
    scene.workspace.keys.withdraw(scene.organization_id)
    assert sealed_in(scene) == []
    assert colleague().drive_here(run_id, scene.organization_id)
    assert scene.view(run_id).waiting_for == "no_key"


def test_connecting_without_anything_to_look_up_keeps_nothing(scene: Scene) -> None:
    scene.workspace.connect(scene.key)
    assert sealed_in(scene) == []


def test_a_key_of_the_environment_is_not_kept_besides(scene: Scene, colleague: Colleague) -> None:
    web = colleague(api_key=scene.key)
    web.connect(scene.key)
    scene.workspace.keys.withdraw(scene.organization_id)
    run_id = scene.start(scene.add_list(people(3)))
    scene.workspace.keys.withdraw(scene.organization_id)
    web.pause(scene.organization_id, run_id)
    web.continue_run(scene.organization_id, run_id)
    assert sealed_in(scene) == []


def test_another_master_key_is_told_apart_from_no_key(
    scene: Scene, colleague: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = scene.start(scene.add_list(people(3)))
    stranger = colleague(master_key=ANOTHER)
    assert stranger.drive_here(run_id, scene.organization_id)
    assert scene.view(run_id).waiting_for == "key_sealed"
    assert "another CLEANLIST_MASTER_KEY" in scene.view(run_id).why
    KeySafe(stranger.database, stranger.settings).seal_anew()
    assert "1 sealed keys do not open with this server's CLEANLIST_MASTER_KEY" in caplog.text
    assert ANOTHER not in caplog.text
    stranger.connect(scene.key)
    assert scene.view(run_id).state is RunState.RUNNING
    assert stranger.drive_here(run_id, scene.organization_id)
    assert scene.view(run_id).state is RunState.FINISHED


def test_the_master_key_can_be_changed_while_a_run_waits(scene: Scene, colleague: Colleague) -> None:
    run_id = scene.start(scene.add_list(people(3)))
    both = colleague(master_key=f"{ANOTHER}, {MASTER}")
    KeySafe(both.database, both.settings).seal_anew()
    (sealed,) = sealed_in(scene)
    with_the_old_one = Seal([MASTER]).open(f"lists {scene.organization_id}", sealed)
    assert with_the_old_one is None, "it opens nothing any more"
    assert colleague(master_key=ANOTHER).drive_here(run_id, scene.organization_id)
    assert scene.view(run_id).state is RunState.FINISHED


def test_a_sealed_key_opens_for_its_own_organization_only(scene: Scene, colleague: Colleague) -> None:
    scene.start(scene.add_list(people(3)))
    (sealed,) = sealed_in(scene)
    remember_organization(scene.database, "org_of_a_thief", "")
    with scene.database.write() as connection:
        connection.execute(
            insert(sealed_key).values(
                organization_id="org_of_a_thief", kind="lists", sealed=sealed, sealed_at=1.0
            )
        )
    assert colleague().keys.has(scene.organization_id)
    assert not colleague().keys.has("org_of_a_thief")


def test_a_key_for_single_people_serves_the_others_as_well(scene: Scene, colleague: Colleague) -> None:
    scene.start(scene.add_list(people(3)))
    assert not colleague().keys.has(scene.organization_id, "email")
    scene.workspace.take_email_key(scene.organization_id, "clnl_live_invented_key_of_one_person")
    assert colleague().keys.has(scene.organization_id, "email")
    scene.workspace.keys.forget(scene.organization_id, "email")
    assert not colleague().keys.has(scene.organization_id, "email")
    assert len(sealed_in(scene)) == 1, "the key for lists stays"
    scene.workspace.keys.withdraw(scene.organization_id)
    assert not colleague().keys.has(scene.organization_id, "email")
    assert sealed_in(scene) == []


@pytest.mark.parametrize("damage", ["", "x", "{}", "gAAAAA"])
def test_a_damaged_one_is_as_good_as_none(scene: Scene, colleague: Colleague, damage: str) -> None:
    scene.start(scene.add_list(people(3)))
    with scene.database.write() as connection:
        connection.execute(update(sealed_key).values(sealed=damage))
    assert not colleague().keys.has(scene.organization_id)


def test_a_run_given_up_for_want_of_a_key_goes_on_where_the_key_is(
    scene: Scene, colleague: Colleague
) -> None:
    run_id = scene.start(scene.add_list(people(3)))
    scene.workspace.keys.withdraw(scene.organization_id)
    clock = ManualClock()
    without = colleague(master_key=None)
    engine = EmbeddedEngine(without.database, without.drive_options, clock=clock)
    engine.look()
    clock.sleep(KEYLESS_SECONDS + 1)
    engine.look()
    assert scene.view(run_id).waiting_for == "no_key"
    web = scene.workspace
    with_key = EmbeddedEngine(
        scene.database, lambda _organization: scene.options(), keys_here=web.keys.no_more_missing
    )
    with_key.look()
    with_key.stop()
    assert scene.view(run_id).waiting_for == ""
