"""Keyrings of the tests' own, in the place of the computer's: some work, some must not be used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from cleanlist_core.remembered_key import SERVICE


class InMemory(KeyringBackend):
    """A keyring that works like the computer's own, and can be locked."""

    priority = 5  # that of the keyrings of macOS and Windows

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> dict[tuple[str, str], str]:
        if self.locked:
            raise KeyringLocked("locked: clapi_said_by_the_system")
        return self.held

    def get_password(self, service: str, username: str) -> str | None:
        return self._open().get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self._open().pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class OfAServer(InMemory):
    """One that outlasts a server of the tests, in the file that KEYRING_PROPERTY_FILE names."""

    file = ""

    def _open(self) -> dict[tuple[str, str], str]:
        path = Path(self.file)
        if path.exists():
            self.held = {(SERVICE, account): value for account, value in json.loads(path.read_text()).items()}
        return self.held

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        Path(self.file).write_text(json.dumps({account: value for (_, account), value in self.held.items()}))


class PlainFile(InMemory):
    """As the package ranks keyrings that are files anybody can read."""

    priority = 0.5  # below what the package recommends


class Chain(ChainerBackend):
    """Several keyrings one after the other, as the package sets them up where it finds more than one."""

    def __init__(self, *backends: KeyringBackend) -> None:
        super().__init__()
        self.chained = backends

    @property
    def backends(self) -> tuple[KeyringBackend, ...]:
        return self.chained


@contextmanager
def in_place_of_the_computers(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
