"""Every screen in each of its states, for eyes: one picture a state, with three widths in both themes.

`python -m tests.browser.gallery [--only TOUR] [--out FOLDER]`; no part of the test run. It walks as the
tests of accessibility do (`screens.py`), and further (`tours.py`): long lists, refusals, waiting, worse text.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.chromium import SWITCHES, find_chromium
from tests.browser.running_app import ROOT
from tests.browser.screens import WALKS, Walk
from tests.browser.tours import TOURS, Tour
from tests.browser.town import Town, open_town
from tests.conftest import environment_of_a_process

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390)
LOWEST, TALLEST = 900, 7_500
"""Pixels. Two of the tallest are as much as Chromium takes a picture of; what is further down is left out."""
GAP = 24
DRAWN_MS, COLOURED_MS = 300, 700
"""Tables and charts are drawn a moment after they have a new width; colours pass slowly into one another."""
SHEET = f"<style>body {{ margin: 0; background: #b4bcc4 }} p {{ margin: 0 0 {GAP}px; display: flex;"
SHEET += f" align-items: start; gap: {GAP}px }}</style>"
HEIGHT = "document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0"


class Shot(NamedTuple):
    """A part of a picture: the whole of it, or a piece from `top` on."""

    png: bytes
    width: int
    height: int
    top: int = 0

    @property
    def html(self) -> str:
        data = base64.b64encode(self.png).decode()
        size = f"width:{self.width}px;height:{self.height}px"
        return f"<i style='{size};background:url(data:image/png;base64,{data}) 0 -{self.top}px'></i>"


class Camera:
    """Takes the pictures of a state, and lets the browser join them into one."""

    def __init__(self, page: Page, sheet: Page, folder: Path) -> None:
        self.page, self.sheet, self.folder = page, sheet, folder

    def of(self, page: Page) -> Camera:
        return Camera(page, self.sheet, self.folder)

    def look(self, state: str) -> None:
        self.page.mouse.move(0, 0)
        self.page.wait_for_timeout(DRAWN_MS)
        pairs = [self._shots(width) for width in WIDTHS]
        self.page.set_viewport_size({"width": WIDTHS[0], "height": LOWEST})
        self._keep(state, [_folded([pair[theme] for pair in pairs]) for theme in THEMES])

    def at_once(self, state: str) -> None:
        self._keep(state, [list(self._both_themes(WIDTHS[0], LOWEST).values())])

    def _shots(self, width: int) -> dict[Theme, Shot]:
        """The page at the height of all that is on it: what scrolls is a part of it, not the page."""
        height = 0
        for _ in range(4):
            asked = max(LOWEST, min(self.page.evaluate(HEIGHT) if height else 0, TALLEST))
            if asked == height:
                break
            height = asked
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(DRAWN_MS)
        return self._both_themes(width, height)

    def _both_themes(self, width: int, height: int) -> dict[Theme, Shot]:
        shots: dict[Theme, Shot] = {}
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            self.page.wait_for_timeout(COLOURED_MS)
            shots[theme] = Shot(self.page.screenshot(), width, height)
        self.page.emulate_media(color_scheme="light")
        return shots

    def _keep(self, state: str, rows: list[list[Shot]]) -> None:
        name = re.sub(r"[^a-z0-9]+", "-", state.lower()).strip("-")
        self.sheet.set_viewport_size(
            {"width": max(sum(shot.width + GAP for shot in row) for row in rows), "height": 100}
        )
        self.sheet.set_content(
            SHEET + "".join(f"<p>{''.join(shot.html for shot in row)}</p>" for row in rows)
        )
        self.sheet.screenshot(path=self.folder / f"{name}.png", full_page=True)
        say(f"  {state}")


def _folded(shots: Sequence[Shot]) -> list[Shot]:
    """The narrow page goes on in columns beside, so that it takes no more height than the wide ones."""
    *wide, narrow = shots
    columns = -(-narrow.height // max(shot.height for shot in wide))
    height = -(-narrow.height // columns)
    tops = range(0, narrow.height, height)
    return [*wide, *(narrow._replace(height=min(height, narrow.height - top), top=top) for top in tops)]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tour_of(walk: Walk) -> Tour:
    return lambda page, town, camera: walk(page, town, camera.look)


ALL: dict[str, Tour] = {
    **{tour.__name__: tour for tour in TOURS},
    **{walk.__name__: tour_of(walk) for walk in WALKS},
}


def take(browser: Browser, town: Town, name: str, out: Path) -> bool:
    """Whether a tour came to its end; what it has seen until then is kept."""
    context = browser.new_context(
        base_url=town.app.url,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="UTC",
        viewport={"width": WIDTHS[0], "height": LOWEST},
    )
    context.set_default_timeout(60_000)
    page, sheet = context.new_page(), browser.new_page()
    say(name)
    try:
        ALL[name](page, town, Camera(page, sheet, out / name))
    except (PlaywrightError, AssertionError) as error:
        page.screenshot(path=out / f"{name}-broke-off.png")
        say(f"  did not come to its end: {error}")
        return False
    finally:
        sheet.close()
        context.close()
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=ALL, action="append", metavar="TOUR", help=", ".join(ALL))
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots" / "gallery")
    asked = parser.parse_args()
    for name in [name for name in os.environ if name.upper().startswith("CLEANLIST_")]:
        if name != "CLEANLIST_CHROMIUM":
            del os.environ[name]  # no key of this machine may reach the app
    expect.set_options(timeout=60_000)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_town(Path(folder), environment_of_a_process(Path(folder) / "data")) as town,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*SWITCHES])
        done = [take(browser, town, name, asked.out) for name in asked.only or ALL]
        browser.close()
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
