"""A file that somebody handed over, on the disk while nobody reads it.

The bytes of a large file, what is read of them, and what that is checked into do not fit into memory side
by side. The file has no name in the folder, and is gone with the last one who holds it, or with the process.
"""

from __future__ import annotations

import ctypes
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cleanlist_core.store.database import StoreError

PIECE_BYTES = 4 * 1024 * 1024
_LARGE_BLOCK_BYTES = 1024 * 1024
_MMAP_THRESHOLD = -3
"""The name of a setting of the C library, in its malloc.h."""


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
                _give_memory_back()
                self._folder.mkdir(parents=True, exist_ok=True)
            self._size += self._file.write(piece[start : start + PIECE_BYTES])

    def read(self) -> bytes:
        self._file.seek(0)
        return self._file.read()

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self._size, PIECE_BYTES):
            self._file.seek(start)
            yield self._file.read(PIECE_BYTES)


def _give_memory_back() -> None:
    """Let large blocks go back to the system as soon as nobody needs them, where the C library is GNU's.

    Left alone it keeps blocks of a size that was let go once, which adds up to a tenth of a large list.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
