"""The LibreOffice of the system, without its windows: what a spreadsheet makes of our files."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

NAMES = ("soffice", "libreoffice", "localc")
SECONDS = 120

_QUOTE, _UTF_8, _FIRST_LINE = "34", "76", "1"
_REST = f"{_QUOTE},{_UTF_8},{_FIRST_LINE}"
AS_OFFERED = f"CSV:44/59/9,{_REST}"
"""A CSV file opened with what the import window offers: comma, semicolon and tab part columns."""
BY_SEMICOLONS = f"CSV:59,{_REST}"
AS_TEXT = AS_OFFERED + "," + "/".join(f"{column}/2" for column in range(1, 201))
"""The same by a person who chose Text for every column."""


def find_office(environment: Mapping[str, str] = os.environ) -> str | None:
    """The first usual name on the path, else None."""
    found = (shutil.which(name, path=environment.get("PATH")) for name in NAMES)
    return next((path for path in found if path), None)


def saved_by_office(files: Sequence[Path], folder: Path, *, profile: Path, how: str = "") -> list[Path]:
    """Files opened and saved again as Excel files in a folder, in one call.

    profile: where it keeps its settings, never those of a person. how: of CSV files, AS_OFFERED or AS_TEXT.
    """
    program = find_office()
    assert program is not None, (
        "LibreOffice is missing (on Debian and Ubuntu: apt-get install libreoffice-calc-nogui)"
    )
    command = [program, "--headless", f"-env:UserInstallation={profile.as_uri()}"]
    command += [f"--infilter={how}"] if how else []
    command += ["--convert-to", "xlsx", "--outdir", str(folder), *map(str, files)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)
    saved = [folder / f"{file.stem}.xlsx" for file in files]
    missing = [file.name for file in saved if not file.exists()]
    assert not missing, f"LibreOffice did not save {missing}: {done.stdout}{done.stderr}"
    return saved
