"""Which Chromium drives the browser tests: the one of the system, never a download."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

SWITCHES = (
    "--no-sandbox",  # in a container the browser runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(environment: Mapping[str, str] = os.environ) -> str | None:
    """The program named in CLEANLIST_CHROMIUM, else the first usual name on the path, else None."""
    if named := environment.get("CLEANLIST_CHROMIUM"):
        return shutil.which(named)
    found = (shutil.which(name, path=environment.get("PATH")) for name in NAMES)
    return next((path for path in found if path), None)
