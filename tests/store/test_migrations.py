"""A database of an older version opens, is brought up to date, and what it had begun is finished."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, select, text, update
from sqlalchemy.pool import NullPool

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.errors import SettingsError
from cleanlist_core.sandbox import Sandbox, serve
from cleanlist_core.settings import Settings
from cleanlist_core.store import migrations
from cleanlist_core.store.database import open_url
from cleanlist_core.store.schema import SCHEMA_VERSION, contact_list, run, schema_info
from cleanlist_core.workspace import Workspace
from tests.conftest import ROOT
from tests.databases import NewUrl
from tests.runs.scene import POLL_SECONDS, QUICK, QUICK_LIMIT, contact_key
from tests.store.old_databases import (
    IN_A_BATCH,
    PEOPLE,
    PLACEHOLDERS,
    contacts_of_the_sent_batch,
    load_postgres,
    load_sqlite,
    stored_versions,
)

Load = Callable[..., str]
VERSIONS = sorted(stored_versions("sqlite"))


@pytest.fixture
def load(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Load:
    """version, what to fill in → the address of a database as that version left it."""

    def load_one(version: int, **filled_in: str) -> str:
        dump = stored_versions(database_kind)[version]
        given = {**PLACEHOLDERS, **filled_in}
        if database_kind == "sqlite":
            return load_sqlite(tmp_path / f"version-{version}.sqlite3", dump, given)
        return load_postgres(request.getfixturevalue("postgres"), dump, given)

    return load_one


@contextmanager
def looking_at(url: str) -> Iterator[Engine]:
    """A look at a database without opening it as the program does."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    yield engine
    engine.dispose()


def outline(engine: Engine) -> dict[str, Any]:
    """What the tables are made of, without the order of columns."""
    there = inspect(engine)
    return {
        table: (
            {
                column["name"]: (str(column["type"]), column["nullable"], _plain(column["default"]))
                for column in there.get_columns(table)
            },
            indexes(engine, table),
        )
        for table in there.get_table_names()
    }


def indexes(engine: Engine, table: str) -> list[tuple[str, list[str | None]]]:
    """Each index with its columns; None stands for an expression, which SQLAlchemy does not describe."""
    if engine.dialect.name != "sqlite":
        return sorted((str(one["name"]), one["column_names"]) for one in inspect(engine).get_indexes(table))
    listed = "SELECT list.name, of.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS of"
    found: dict[str, list[str | None]] = {}
    with engine.connect() as connection:
        for name, column in connection.exec_driver_sql(f"{listed} ORDER BY list.name, of.seqno", (table,)):
            found.setdefault(name, []).append(column)
    return list(found.items())


def _plain(default: object) -> str:
    """A default without the casts and quotes in which PostgreSQL repeats it."""
    written = str(default).split("::")[0].strip("'")
    return {"false": "0", "true": "1"}.get(written, written)


def version_in(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(schema_info.c.version)).scalar_one())


def test_every_released_version_is_kept() -> None:
    assert set(range(1, SCHEMA_VERSION)) <= set(VERSIONS)
    assert stored_versions("sqlite").keys() == stored_versions("postgresql").keys()


@pytest.mark.both_databases
@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_older_version_had_begun_is_finished_and_paid_once(load: Load, version: int) -> None:
    with Sandbox(QUICK) as sandbox, serve(sandbox) as running:
        issued = sandbox.new_organization()
        with CleanlistClient(running.base_url, issued.key) as client:
            sent = client.submit_batch(contacts_of_the_sent_batch(), EnrichmentType.PARTIAL)
        url = load(version, organization=issued.organization_id, workflow=sent.workflow_id)
        settings = Settings(base_url=running.base_url, rate_limit=QUICK_LIMIT, poll_seconds=POLL_SECONDS)
        workspace = Workspace(settings, open_url(url))
        workspace.connect(issued.key)
        found = workspace.unfinished_runs()
        with workspace.database.write() as connection:
            connection.execute(update(run).values(lease_until=1.0))
        for view in found:
            assert workspace.drive_here(view.id, issued.organization_id)
        ended = {view.id: workspace.run(issued.organization_id, view.id) for view in found}
        receipts = workspace.receipts(issued.organization_id)
        accepted = Counter(
            contact_key(contact)
            for entry in sandbox.ledger()
            for workflow in entry.workflows
            for contact in workflow.contacts
        )
        workspace.close()
    assert Counter(view.state for view in ended.values()) == {RunState.FINISHED: 1, RunState.NEEDS_YOU: 1}
    assert set(ended) <= {receipt.run_id for receipt in receipts}
    assert set(accepted.values()) == {1}
    in_doubt = 2 * IN_A_BATCH
    assert len(accepted) == 2 * PEOPLE - in_doubt


@pytest.mark.both_databases
@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_database_becomes_what_a_new_one_is(
    load: Load, new_url: NewUrl, tmp_path: Path, version: int
) -> None:
    """Should this fail for the newest version: raise SCHEMA_VERSION, for that one has been released."""
    old, new = open_url(load(version)), open_url(new_url(tmp_path))
    assert outline(old.engine) == outline(new.engine)
    for database in (old, new):
        database.close()


@pytest.mark.both_databases
def test_a_program_that_dies_in_the_middle_leaves_the_database_as_it_was(load: Load) -> None:
    url = load(VERSIONS[0])
    die = (
        "import os, signal, sys\n"
        "from cleanlist_core.store import database, migrations\n"
        "from cleanlist_core.store.schema import SCHEMA_VERSION\n"
        "def die(connection):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "migrations.STEPS[SCHEMA_VERSION] = die\n"
        "database.open_url(sys.argv[1])\n"
    )
    with looking_at(url) as engine:
        before = outline(engine)
        done = subprocess.run([sys.executable, "-c", die, url], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        assert outline(engine) == before
        assert version_in(engine) == VERSIONS[0]
        open_url(url).close()
        assert version_in(engine) == SCHEMA_VERSION


@pytest.mark.both_databases
def test_what_a_step_moves_is_moved_once(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    url = load(VERSIONS[0])
    rename = update(contact_list).values(name=contact_list.c.name + "!")
    monkeypatch.setitem(migrations.STEPS, SCHEMA_VERSION, lambda connection: connection.execute(rename))
    for _ in range(2):
        database = open_url(url)
        with database.read() as connection:
            assert set(connection.execute(select(contact_list.c.name)).scalars()) == {"invented!"}
        database.close()


@pytest.mark.both_databases
def test_a_column_nobody_raised_the_version_for_is_added_as_well(new_url: NewUrl, tmp_path: Path) -> None:
    url = new_url(tmp_path)
    open_url(url).close()
    with looking_at(url) as engine:
        whole = outline(engine)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE run DROP COLUMN sample"))
        assert outline(engine) != whole
        open_url(url).close()
        assert outline(engine) == whole


@pytest.mark.both_databases
def test_an_older_program_leaves_a_newer_database_alone(load: Load) -> None:
    url = load(VERSIONS[0])
    with looking_at(url) as engine:
        with engine.begin() as connection:
            connection.execute(update(schema_info).values(version=SCHEMA_VERSION + 1))
        before = outline(engine)
        with pytest.raises(SettingsError, match=r"newer version of the dashboard\. Nothing was changed"):
            open_url(url)
        assert outline(engine) == before
