"""A file that somebody handed over, on the disk while nobody reads it.

The bytes of a large file, what is read of them, and what that is checked into do not fit into memory side
by side. The file has no name in the folder, and is gone with the last one who holds it, or with the process.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

from cleanlist_core.store.database import StoreError

PIECE_BYTES = 4 * 1024 * 1024


class Upload:
    """The bytes of one file: read whole, or piece by piece by going through it, as often as needed."""

    def __init__(self, data: Iterable[bytes], folder: Path) -> None:
        """Raises StoreError when the disk does not take them. data: the bytes, in pieces of any size."""
        self._folder, self._size = folder, 0
        self._file = tempfile.SpooledTemporaryFile(max_size=PIECE_BYTES, dir=str(folder))  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        try:
            for piece in data:
                self._write(memoryview(piece))
        except OSError as error:
            raise StoreError(
                f"There was no room for the file in the data folder ({type(error).__name__})."
                " Nothing was stored or sent. Check the disk space and the data folder, then try again."
            ) from error

    def _write(self, piece: memoryview) -> None:
        # Cut, because what is written goes through memory once more on its way to the disk.
        for start in range(0, len(piece), PIECE_BYTES):
            if self._size:  # what is more than one piece goes to the disk
                self._folder.mkdir(parents=True, exist_ok=True)
            self._size += self._file.write(piece[start : start + PIECE_BYTES])

    def read(self) -> bytes:
        self._file.seek(0)
        return self._file.read()

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self._size, PIECE_BYTES):
            self._file.seek(start)
            yield self._file.read(PIECE_BYTES)
