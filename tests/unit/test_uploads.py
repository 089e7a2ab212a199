"""A file that somebody handed over lies on the disk, and leaves nothing behind."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from cleanlist_core.store.database import StoreError
from cleanlist_core.uploads import PIECE_BYTES, Upload


@pytest.mark.parametrize(
    ("pieces", "sizes"),
    [
        pytest.param([b""], [], id="an empty file"),
        pytest.param([b"a", b"bc"], [3], id="a small file in two pieces"),
        pytest.param([b"a" * PIECE_BYTES], [PIECE_BYTES], id="just one piece"),
        pytest.param([b"ab" * PIECE_BYTES, b"c"], [PIECE_BYTES, PIECE_BYTES, 1], id="a large file at once"),
    ],
)
def test_a_file_comes_back_byte_by_byte_as_often_as_it_is_read(
    tmp_path: Path, pieces: list[bytes], sizes: list[int]
) -> None:
    upload = Upload(pieces, tmp_path / "data")
    for _ in range(2):
        assert upload.read() == b"".join(pieces)
        assert [len(piece) for piece in upload] == sizes
        assert b"".join(upload) == b"".join(pieces)


def test_a_large_file_is_on_the_disk_without_a_name_and_gone_with_its_last_holder(tmp_path: Path) -> None:
    def open_here() -> list[Path]:
        held = [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        return [one for one in held if one.is_relative_to(tmp_path)]

    upload = Upload([b"a" * (PIECE_BYTES + 1)], tmp_path)
    assert len(open_here()) == 1
    assert list(tmp_path.iterdir()) == []
    del upload
    gc.collect()
    assert open_here() == []


def test_a_file_that_the_disk_does_not_take_is_told_in_plain_words(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.touch()
    with pytest.raises(StoreError, match=r"no room for the file in the data folder.*Nothing was stored"):
        Upload([b"a" * (PIECE_BYTES + 1)], folder)
