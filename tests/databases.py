"""Which database a test runs on: SQLite, and for tests marked `both_databases` PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Server, find_postgres, run_postgres

NewUrl = Callable[[Path], str]
"""A folder → the address of a database of its own; the folder matters to SQLite only."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marked = metafunc.definition.get_closest_marker("both_databases")
    if marked and "database_kind" in metafunc.fixturenames:
        kinds = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


SERVER = pytest.StashKey[Server]()


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Server]:
    """A PostgreSQL server for the tests of this process."""
    programs = find_postgres()
    assert programs is not None, "PostgreSQL is missing (on Debian and Ubuntu: apt-get install postgresql)"
    with run_postgres(programs) as server:
        pytestconfig.stash[SERVER] = server
        yield server
        del pytestconfig.stash[SERVER]


@pytest.fixture(autouse=True)
def databases_go_with_their_test(pytestconfig: pytest.Config) -> Iterator[None]:
    """What wider fixtures share was made before, and stays."""
    server = pytestconfig.stash.get(SERVER, None)
    first = len(server.databases) if server else 0
    yield
    if server:
        server.drop_all_but(first)


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def new_url(database_kind: str, request: pytest.FixtureRequest) -> NewUrl:
    if database_kind == "sqlite":
        return lambda folder: f"sqlite:///{folder / 'cleanlist.sqlite3'}"
    server: Server = request.getfixturevalue("postgres")
    return lambda _folder: server.new_url()
