"""Large downloads on the disk: whose they are, for how long, and what is left of those that failed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from cleanlist_core.errors import RunError
from cleanlist_core.results.large_files import KEPT_SECONDS, MOST_OF_ONE, FileShelf, Owner

ANN = Owner("browser of Ann", "org-1", practice=False)


class Clock:
    """Time that only a test moves, and what is to be done later."""

    def __init__(self) -> None:
        self.now = 1_000_000_000.0
        self.waiting: list[Callable[[], None]] = []

    def __call__(self) -> float:
        return self.now

    def later(self, _seconds: float, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        for work in self.waiting:
            work()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(tmp_path: Path, clock: Clock) -> FileShelf:
    return FileShelf(tmp_path / "downloads", clock=clock, later=clock.later)


def write(text: bytes) -> Callable[[BinaryIO], object]:
    return lambda out: out.write(text)


def test_a_file_is_there_for_its_owner_and_private_on_the_disk(shelf: FileShelf) -> None:
    found = shelf.find(shelf.put(ANN, "run-1", "Frühling.csv", write(b"a,b")), ANN)

    assert found is not None
    assert (found.name, found.size, found.path.read_bytes()) == ("Frühling.csv", 3, b"a,b")
    if os.name == "posix":
        assert found.path.stat().st_mode & 0o777 == 0o600
        assert found.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(Owner("browser of Ben", "org-1", practice=False), id="another browser"),
        pytest.param(Owner("browser of Ann", "org-2", practice=False), id="another organization"),
        pytest.param(Owner("browser of Ann", "org-1", practice=True), id="the same in practice"),
    ],
)
def test_a_token_opens_nothing_for_anybody_else(shelf: FileShelf, stranger: Owner) -> None:
    token = shelf.put(ANN, "run-1", "a.csv", write(b"x"))
    assert shelf.find(token, stranger) is None
    assert shelf.find(token, ANN) is not None


def test_neither_the_name_on_the_disk_nor_a_path_is_a_token(shelf: FileShelf, tmp_path: Path) -> None:
    token = shelf.put(ANN, "run-1", "../../secret.csv", write(b"x"))
    found = shelf.find(token, ANN)
    assert found is not None
    assert found.path.parent == tmp_path / "downloads"
    for guess in (found.path.name, f"../downloads/{found.path.name}", str(found.path), "", "../secret.csv"):
        assert shelf.find(guess, ANN) is None
    assert token not in str(found)


def test_after_ten_minutes_a_file_is_gone_though_nobody_asks(
    shelf: FileShelf, clock: Clock, tmp_path: Path
) -> None:
    token = shelf.put(ANN, "run-1", "a.csv", write(b"x"))
    clock.pass_by(KEPT_SECONDS - 1)
    assert shelf.find(token, ANN) is not None

    clock.pass_by(1)

    assert shelf.find(token, ANN) is None
    assert list((tmp_path / "downloads").iterdir()) == []


def test_what_a_crash_left_is_swept_at_the_start_and_soon_after(
    shelf: FileShelf, clock: Clock, tmp_path: Path
) -> None:
    shelf.put(ANN, "run-1", "a.csv", write(b"old"))
    shelf.put(ANN, "run-1", "b.csv", write(b"young"))
    old, young = sorted((tmp_path / "downloads").iterdir(), key=lambda path: len(path.read_bytes()))
    os.utime(old, (clock.now - KEPT_SECONDS,) * 2)
    os.utime(young, (clock.now - 1,) * 2)
    clock.waiting.clear()

    FileShelf(tmp_path / "downloads", clock=clock, later=clock.later)

    assert [old.exists(), young.exists()] == [False, True]
    clock.pass_by(KEPT_SECONDS)
    assert not young.exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("unforeseen")])
def test_a_file_that_could_not_be_written_leaves_nothing(
    shelf: FileShelf, tmp_path: Path, error: Exception
) -> None:
    def fail(out: BinaryIO) -> None:
        out.write(b"half")
        raise error

    with pytest.raises(RunError if isinstance(error, OSError) else ValueError, match=r"space|unforeseen"):
        shelf.put(ANN, "run-1", "a.csv", fail)
    assert list((tmp_path / "downloads").iterdir()) == []


def test_one_owner_keeps_a_few_files_and_a_deleted_list_none(shelf: FileShelf, tmp_path: Path) -> None:
    tokens = [shelf.put(ANN, f"run-{n}", "a.csv", write(b"x")) for n in range(MOST_OF_ONE + 1)]
    assert [shelf.find(token, ANN) is not None for token in tokens] == [False] + [True] * MOST_OF_ONE

    shelf.forget("run-1")

    assert shelf.find(tokens[1], ANN) is None
    assert len(list((tmp_path / "downloads").iterdir())) == MOST_OF_ONE - 1
