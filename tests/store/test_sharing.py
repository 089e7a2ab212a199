"""Several programs on one PostgreSQL: each decision waits for its turn, and nothing else has to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import insert, select, text, update

from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.errors import SettingsError
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.store import postgres, rate, run_creation, run_log, runs, schema
from cleanlist_core.store.database import Database, StoreError, open_url
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.run_creation import Order
from tests.databases import NewUrl
from tests.postgres import Server
from tests.runs.scene import open_scene, people
from tests.unit.results.building import ORGANIZATION, RUN, a_row, add_result, add_run

MANY = 8
T = TypeVar("T")

on_a_server = pytest.mark.postgres


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.new_url()


@pytest.fixture
def databases(url: str) -> Iterator[list[Database]]:
    """Two programs on the same database."""
    opened = [open_url(url) for _ in range(2)]
    remember_organization(opened[0], ORGANIZATION, "")
    add_run(opened[0], [a_row()])
    yield opened
    for one in opened:
        one.close()


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """Do the same in several threads that start together."""
    start = threading.Barrier(count)

    def begin(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def wait_until_somebody_waits(database: Database) -> None:
    query = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    for _ in range(3_000):
        with database.read() as connection:
            if connection.execute(query).scalar_one():
                return
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits for a turn")


def in_the_background(work: Callable[[], object]) -> Future[object]:
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(work)
    finally:
        pool.shutdown(wait=False)


@pytest.mark.both_databases
def test_many_who_ask_at_the_same_moment_never_get_more_slots_than_there_are(
    tmp_path: Path, new_url: NewUrl
) -> None:
    database = open_url(new_url(tmp_path))
    remember_organization(database, ORGANIZATION, "")

    def ask(_number: int) -> int:
        return sum(
            rate.take_slot(database, ORGANIZATION, "send", limit=10, window_seconds=60)[0] > 0
            for _ in range(3)
        )

    assert sum(at_once(MANY, ask)) == 10
    database.close()


@pytest.mark.both_databases
def test_a_list_confirmed_by_many_at_the_same_moment_is_one_run(tmp_path: Path, new_url: NewUrl) -> None:
    with open_scene(tmp_path, url=new_url(tmp_path)) as scene:
        list_id = scene.add_list(people(5))
        assert len(set(at_once(MANY, lambda _number: scene.start(list_id)))) == 1


@on_a_server
def test_whoever_starts_a_run_waits_for_answers_that_are_being_written(databases: list[Database]) -> None:
    database, other = databases
    remember_organization(database, ORGANIZATION, "")
    add_run(database, [a_row(identity="in:jane")], run_id="other-run", list_id="other-list")
    order = Order(ORGANIZATION, "other-list", EnrichmentType.PARTIAL, budget=10, at_most=1, likely=1)
    with database.write() as connection:
        connection.execute(update(schema.run).values(state=RunState.FINISHED.value))

    def start() -> str:
        run_id, _is_new = run_creation.create_run(other, order, still_missing, known_since=0.0, causes={})
        return run_id

    with database.write(ORGANIZATION) as connection:
        now = database.now(connection)
        started = in_the_background(start)
        wait_until_somebody_waits(database)
        values = {"asked": "partial", "email": "jane@acme.example", "found_at": now, "identity": "in:jane"}
        owner = {"organization_id": ORGANIZATION, "run_id": RUN, "batch_id": "batch-1"}
        connection.execute(insert(schema.person_result).values(**values, **owner))
        key = {"organization_id": ORGANIZATION, "key": "in:jane", "identity": "in:jane"}
        connection.execute(insert(schema.person_key).values(**key))
    with database.read() as connection:
        rows = connection.execute(select(schema.run_row).where(schema.run_row.c.run_id == started.result(30)))
        assert [row.outcome for row in rows] == ["known"]


@on_a_server
def test_organizations_do_not_wait_for_one_another(databases: list[Database]) -> None:
    database, other = databases
    with database.write("one"), other.write("another") as connection:
        assert connection.execute(select(schema.schema_info)).all()


@on_a_server
def test_whoever_names_no_organization_waits_for_all(databases: list[Database]) -> None:
    database, other = databases

    def change_everything() -> str:
        with other.write() as connection:
            return str(connection.execute(select(schema.organization.c.user_id)).scalar())

    with database.write(ORGANIZATION) as connection:
        waiting = in_the_background(change_everything)
        wait_until_somebody_waits(database)
        connection.execute(update(schema.organization).values(user_id="changed first"))
    assert waiting.result(30) == "changed first"


@on_a_server
def test_a_long_change_keeps_nobody_from_renewing_a_lease_or_asking_the_api(
    databases: list[Database],
) -> None:
    database, other = databases
    assert runs.hold(other, RUN, "driver")
    with database.write(ORGANIZATION) as connection:
        values = {"id": "list-2", "organization_id": ORGANIZATION, "created_at": 1.0, "columns": []}
        connection.execute(insert(schema.contact_list).values(**values, mapping={}, notes=[], reasons={}))
        assert runs.hold(other, RUN, "driver")
        slot, _ = rate.take_slot(other, ORGANIZATION, "poll", limit=60, window_seconds=60)
        rate.release_slot(other, slot)
        run_log.note(other, RUN, "sent", "Part 1 sent.")


@on_a_server
def test_the_turn_of_a_program_that_froze_goes_to_the_next(
    databases: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, other = databases
    monkeypatch.setattr(postgres, "LONGEST_SILENCE", "100ms")

    def freeze() -> None:
        with database.write(ORGANIZATION) as connection:
            connection.execute(update(schema.organization).values(user_id="half done"))
            with other.write(ORGANIZATION) as another:
                seen.append(another.execute(select(schema.organization.c.user_id)).scalar())
            connection.execute(select(schema.schema_info))

    seen: list[object] = []
    with pytest.raises(StoreError, match="What was stored before is safe"):
        freeze()
    assert seen == [""], "what it had half done is undone"


@on_a_server
def test_a_reader_sees_one_state_throughout(databases: list[Database]) -> None:
    database, other = databases
    with database.read() as reading:
        assert len(reading.execute(select(schema.run)).all()) == 1
        with other.write() as connection:
            connection.execute(update(schema.run).values(state="stopping"))
        assert reading.execute(select(schema.run.c.state)).scalar() == "running"
    with database.read() as reading:
        assert reading.execute(select(schema.run.c.state)).scalar() == "stopping"


@on_a_server
def test_a_reader_cannot_write(databases: list[Database]) -> None:
    with pytest.raises(StoreError, match="its user may not write there"), databases[0].read() as reading:
        reading.execute(update(schema.run).values(state="stopping"))


@on_a_server
def test_the_clock_is_the_servers(databases: list[Database]) -> None:
    database, _ = databases
    before = database.clock()
    with database.read() as connection:
        told = float(connection.execute(text("select extract(epoch from now())")).scalar_one())
    assert before <= told <= database.clock()


@on_a_server
def test_a_zero_byte_costs_nobody_what_was_paid_for(databases: list[Database]) -> None:
    add_result(databases[0], "in:jane", email="jane\0@acme.example", provider="\0")
    with databases[1].read() as connection:
        row = connection.execute(select(schema.person_result)).one()
    assert (row.email, row.provider) == ("jane@acme.example", "")


@on_a_server
def test_an_intent_is_on_disk_even_where_the_server_was_told_to_hurry(postgres: Server) -> None:
    url = postgres.new_url()
    name = url.partition("@/")[2].partition("?")[0]
    postgres.run_sql("postgres", f"ALTER DATABASE {name} SET synchronous_commit = off")
    database = open_url(url)
    with database.write(ORGANIZATION) as connection:
        assert connection.execute(text("show synchronous_commit")).scalar() == "on"
    database.close()


@on_a_server
def test_programs_that_start_together_make_the_tables_once(postgres: Server) -> None:
    url = postgres.empty_url()

    def start(_number: int) -> int:
        database = open_url(url)
        with database.read() as connection:
            versions = connection.execute(select(schema.schema_info.c.version)).scalars().all()
        database.close()
        return len(versions)

    assert at_once(4, start) == [1] * 4


@on_a_server
def test_a_server_that_is_gone_is_told_in_plain_words_without_the_address(postgres: Server) -> None:
    with pytest.raises(StoreError) as failed:
        open_url(f"postgresql://somebody:secret-word@/nowhere?host={postgres.folder}")
    assert "Check that the database server runs" in failed.value.message
    assert "secret-word" not in str(failed.value)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mysql://user:secret-word@host/name", id="another kind of database"),
        pytest.param("secret-word", id="no address at all"),
    ],
)
def test_an_address_of_no_use_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="CLEANLIST_DATABASE_URL") as refused:
        open_url(url)
    assert "secret-word" not in refused.value.message
