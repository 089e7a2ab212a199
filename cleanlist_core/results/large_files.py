"""Large downloads: written to the disk, kept there for some minutes, and handed out to whoever ordered them.

A file of a million rows has no place in memory. Each lies in a folder of its own for this user of the
machine alone, under a name that tells nothing; the token that fetches it is kept only as its digest, opens
nothing without the browser and the organization it was made for, and is of no use once the time is over.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cleanlist_core.errors import RunError

KEPT_SECONDS = 600
MOST_OF_ONE = 3
"""Files of one owner that are kept at the same time; the oldest goes first."""


def _later(seconds: float, work: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may fetch a file. browser: a name for it that no other browser has."""

    browser: str
    organization_id: str
    practice: bool


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file that is ready. name: for the person; path says nothing. run_id: whose people are in it."""

    path: Path
    name: str
    size: int
    owner: Owner
    run_id: str
    until: float


class FileShelf:
    """The files that wait to be fetched, in one folder. Safe to share between threads.

    clock: seconds since 1970. later: does something after so many seconds, in whatever thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        later: Callable[[float, Callable[[], None]], None] = _later,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._later = later
        self._lock = threading.Lock()
        self._files: dict[str, LargeFile] = {}
        self.sweep()
        if folder.exists():
            later(KEPT_SECONDS, self.sweep)  # what a crash left a moment ago

    def put(self, owner: Owner, run_id: str, name: str, write: Callable[[BinaryIO], object]) -> str:
        """Write a file and return the token that fetches it.

        Whatever goes wrong on the way, nothing half-written stays. Raises RunError `cannot_write`, and what
        `write` raises.
        """
        self.sweep()
        path = self._folder / secrets.token_hex(16)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                write(out)
        except OSError as error:
            _remove(path)
            raise RunError(
                f"The file could not be prepared: {error.strerror or 'the disk refused it'}. The results are"
                " safe. Free some space in the data folder and try again.",
                code="cannot_write",
            ) from None
        except BaseException:
            _remove(path)
            raise
        token = secrets.token_urlsafe(32)
        until = self._clock() + KEPT_SECONDS
        with self._lock:
            self._make_room(owner)
            self._files[_digest(token)] = LargeFile(path, name, path.stat().st_size, owner, run_id, until)
        self._later(KEPT_SECONDS, self.sweep)
        return token

    def find(self, token: str, owner: Owner) -> LargeFile | None:
        """The file of a token, for its owner only and while it is kept."""
        with self._lock:
            found = self._files.get(_digest(token))
        return found if found and found.owner == owner and self._clock() < found.until else None

    def forget(self, run_id: str) -> None:
        """Remove the files of a run, whoever they are for."""
        with self._lock:
            for key in [key for key, one in self._files.items() if one.run_id == run_id]:
                _remove(self._files.pop(key).path)

    def sweep(self) -> None:
        """Remove what is over its time, and what a process that died has left."""
        now = self._clock()
        with self._lock:
            for key in [key for key, one in self._files.items() if one.until <= now]:
                _remove(self._files.pop(key).path)
            kept = {one.path for one in self._files.values()}
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                # Another process may still write here; a file that grows is young.
                if path not in kept and path.stat().st_mtime <= now - KEPT_SECONDS:
                    _remove(path)

    def _make_room(self, owner: Owner) -> None:
        theirs = [key for key, one in self._files.items() if one.owner == owner]
        for key in theirs[: max(0, len(theirs) - MOST_OF_ONE + 1)]:
            _remove(self._files.pop(key).path)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
