"""Databases as an older version left them, kept as text in `tests/data/databases`.

Each holds two unfinished runs, the first with a batch in every state. After `SCHEMA_VERSION` was raised and
released, `python -m tests.store.old_databases` writes those of the new version beside the older ones.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine, create_engine, insert

from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.settings import Settings
from cleanlist_core.store import batches, next_batch, run_log, runs, schema
from cleanlist_core.store.database import Database, open_url
from cleanlist_core.store.next_batch import Sending
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.workspace import Workspace
from tests.conftest import ROOT
from tests.postgres import Server, find_postgres, run_postgres
from tests.runs.scene import as_csv, people

FOLDER = ROOT / "tests" / "data" / "databases"
PLACEHOLDERS = {"organization": "ORGANIZATION-ID", "workflow": "WORKFLOW-ID"}
PEOPLE, IN_A_BATCH = 14, 2
AN_OWNER_OF_LONG_AGO = "machine-that-is-gone:1:x"


def stored_versions(dialect: str) -> dict[int, Path]:
    """Version → its database as text."""
    found = FOLDER.glob(f"version-*.{dialect}.sql")
    return {int(path.name.split("-")[1].split(".")[0]): path for path in found}


def load_sqlite(path: Path, dump: Path, filled_in: Mapping[str, str]) -> str:
    """Make a file of a stored database. Returns its URL."""
    with sqlite3.connect(path) as connection:
        connection.executescript(_fill_in(dump, filled_in))
    connection.close()
    return f"sqlite:///{path}"


def load_postgres(server: Server, dump: Path, filled_in: Mapping[str, str]) -> str:
    """The same on a server."""
    url = server.empty_url()
    engine = _engine(url)
    with engine.begin() as connection:
        connection.connection.cursor().execute(_fill_in(dump, filled_in))
    engine.dispose()
    return url


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def _fill_in(dump: Path, filled_in: Mapping[str, str]) -> str:
    content = dump.read_text(encoding="utf-8")
    for name, placeholder in PLACEHOLDERS.items():
        content = content.replace(placeholder, filled_in[name])
    return content


def contacts_of_the_sent_batch() -> list[Contact]:
    """Whom the batch was about whose results are still to be fetched; the first of the file."""
    return [Contact(linkedin_url=person["LinkedIn URL"]) for person in people(IN_A_BATCH)]


def fill(url: str) -> None:
    """Leave behind what a program does that dies in the middle of its work."""
    database = open_url(url)
    organization = PLACEHOLDERS["organization"]
    remember_organization(database, organization, "user")
    workspace = Workspace(Settings(practice="off"), database)
    busy, _untouched = [_start(workspace, organization, start) for start in (0, 100)]
    runs.hold(database, busy, AN_OWNER_OF_LONG_AGO)
    sent, lost, _orphan = (_begin(database, organization, busy) for _ in range(3))
    batches.accepted(database, sent.token, PLACEHOLDERS["workflow"], [], next_look_seconds=0)
    batches.lost_answer(database, lost.token, "read time-out")
    run_log.note(database, busy, "sent", "Part 1: 2 people sent to Cleanlist.")
    database.close()


def _start(workspace: Workspace, organization: str, start: int) -> str:
    rows = people(PEOPLE, start=start)
    table = workspace.read_upload(as_csv(rows), "invented.csv")
    list_id = workspace.add_list(organization, table, recognise(table), file_name="invented.csv")
    price = workspace.orders.estimates(organization, list_id)[EnrichmentType.PARTIAL]
    return workspace.orders.start_run(
        organization, list_id, EnrichmentType.PARTIAL, budget=100, estimate=price
    )


def _begin(database: Database, organization: str, run_id: str) -> Sending:
    with database.write() as connection:
        values = {"organization_id": organization, "balance": "1000", "read_at": 0.0, "why": "connected"}
        connection.execute(insert(schema.credit_reading).values(**values))
    begun = next_batch.begin_batch(database, run_id, AN_OWNER_OF_LONG_AGO, still_missing)
    assert isinstance(begun, Sending)
    return begun


def main() -> None:
    programs = find_postgres()
    assert programs is not None, "PostgreSQL is needed"
    next_batch.MAX_BATCH = IN_A_BATCH  # small batches make small files
    FOLDER.mkdir(exist_ok=True)
    name = f"version-{schema.SCHEMA_VERSION}"
    with tempfile.TemporaryDirectory() as folder, run_postgres(programs) as server:
        path = Path(folder) / "old.sqlite3"
        fill(f"sqlite:///{path}")
        with sqlite3.connect(path) as connection:
            _drop_the_index(connection)
            lines = "\n".join(connection.iterdump()) + "\n"
        connection.close()
        (FOLDER / f"{name}.sqlite.sql").write_text(lines, encoding="utf-8")
        url = server.new_url()
        fill(url)
        (FOLDER / f"{name}.postgresql.sql").write_text(_tidied(server.dump(url)), encoding="utf-8")


def _drop_the_index(connection: sqlite3.Connection) -> None:
    """It is made anew where it is missing."""
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.executescript("DROP TABLE row_search; DROP TABLE search_owner;")


def _tidied(dump: str) -> str:
    """Without comments, settings and what only psql understands, so that any driver can run it."""
    lines = [
        line
        for line in dump.splitlines()
        if not re.match(r"--|\\|SET |SELECT pg_catalog\.set_config", line) and line.strip()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
