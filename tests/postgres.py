"""A PostgreSQL of the tests' own: made in a folder of its own, reached by a socket there, gone afterwards.

It runs as an unprivileged user, also where the tests run as root. Nothing else on the machine can reach
it, and it needs no password, no port and no service.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from cleanlist_core.store.database import Database, open_url

PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
UNPRIVILEGED = ("postgres", "nobody")
QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "listen_addresses=''",
    "max_connections=200",
    "shared_buffers=64MB",
)
"""Whoever dies in these tests is a program, never the machine, so that nothing has to reach the disk."""
TEMPLATE = "cleanlist_template"


def find_postgres(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Path | None:
    """The folder of PostgreSQL's programs: on the path, else the newest in the usual places under root."""
    on_path = shutil.which("initdb", path=environment.get("PATH"))
    if os.name != "posix":
        return None
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = [folder for place in PLACES for folder in root.glob(place) if (folder / "initdb").is_file()]
    return max(found, key=_version, default=None)


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in str(folder))
    return tuple(int(part) for part in digits.split())


@dataclass
class Server:
    """A running server. Each database in it starts with the tables and nothing else."""

    programs: Path
    folder: Path
    user: str
    databases: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}@/{name}?host={self.folder}"

    def new_url(self) -> str:
        """The address of a database of its own."""
        return self._create(f"TEMPLATE {TEMPLATE}")

    def empty_url(self) -> str:
        """The address of a database without any table."""
        return self._create()

    def _create(self, how: str = "") -> str:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.run_sql("postgres", f"CREATE DATABASE {name} {how}")
        self.databases.append(name)
        return self.url(name)

    def drop_all_but(self, first: int) -> None:
        """Each database is 300 files: hundreds of them would fill the disk, and take a minute to remove."""
        for name in self.databases[first:]:
            self.run_sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")
        del self.databases[first:]

    def new_database(self, *, clock: Callable[[], float] | None = None) -> Database:
        return open_url(self.new_url(), clock=clock)

    def run_sql(self, name: str, *statements: str) -> None:
        engine = create_engine(
            self.url(name).replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def crash_and_start_again(self) -> None:
        """As after a fault of the server itself: every connection breaks, what was committed is there."""
        how = ["--pgdata", self.folder / "data", "--log", self.folder / "log", "--mode=immediate"]
        _run(self.programs / "pg_ctl", "restart", *how, "--wait", "--silent", user=self.user)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        data = ["--pgdata", self.folder / "data", "--silent"]
        _run(self.programs / "pg_ctl", "stop", *data, "--mode=immediate", user=self.user)
        try:
            yield
        finally:
            _run(
                self.programs / "pg_ctl",
                "start",
                *data,
                "--log",
                self.folder / "log",
                "--wait",
                user=self.user,
            )

    def dump(self, url: str) -> str:
        """Everything a database holds, as pg_dump writes it."""
        command = [self.programs / "pg_dump", "--no-owner", "--inserts", url]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def run_postgres(programs: Path) -> Iterator[Server]:
    """A server in a folder of its own until the end. Raises CalledProcessError with what it said."""
    folder = Path(tempfile.mkdtemp(prefix="cleanlist-pg-"))
    user = _who_runs_it(folder)
    data = folder / "data"
    try:
        # The barest locale: whatever needs to know letters beyond a–z has to say so itself.
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={user}"]
        _run(programs / "initdb", "--pgdata", data, *options, user=user)
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join([*QUICK, f"unix_socket_directories='{folder}'", ""]))
        start = ["--pgdata", data, "--log", folder / "log", "--wait", "--silent"]
        _run(programs / "pg_ctl", "start", *start, user=user)
        try:
            server = Server(programs, folder, user)
            server.run_sql("postgres", f"CREATE DATABASE {TEMPLATE}")
            open_url(server.url(TEMPLATE)).close()
            yield server
        finally:
            _run(programs / "pg_ctl", "stop", "--pgdata", data, "--mode=immediate", "--silent", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _who_runs_it(folder: Path) -> str:
    """PostgreSQL refuses to run as root: then somebody without rights runs it, and owns the folder."""
    import pwd  # POSIX has users, and only there the tests run PostgreSQL

    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in UNPRIVILEGED if name in known)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return entry.pw_name


def _run(program: Path, *arguments: str | Path, user: str) -> None:
    import pwd  # the same

    as_user: dict[str, Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    subprocess.run(
        [program, *arguments],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        # A server that keeps our pipes open would keep us waiting for their end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **(as_user if os.geteuid() == 0 else {}),
    )
