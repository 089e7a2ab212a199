"""Every screen in each of its states, for eyes: one picture a state, with three widths in both themes.

`python -m tests.browser.gallery [--only TOUR] [--out FOLDER]`; no part of the test run. It walks as the
tests of accessibility do (`screens.py`), and further (`tours.py`): long lists, refusals, waiting, worse text.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
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
LOWEST, TALLEST = 900, 12_000
GAP = 24
BETWEEN = "#b4bcc4"
DRAWN_MS = 300
"""Tables and charts are drawn a moment after they have a new width."""
HEIGHT = "document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0"


class Camera:
    """Takes the pictures of a state and joins them into one."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder

    def of(self, page: Page) -> Camera:
        return Camera(page, self.folder)

    def look(self, state: str) -> None:
        self.page.mouse.move(0, 0)
        self.page.wait_for_timeout(DRAWN_MS)
        pairs = [self._shots(width) for width in WIDTHS]
        rows = [_folded([pair[theme] for pair in pairs]) for theme in THEMES]
        self.page.set_viewport_size({"width": WIDTHS[0], "height": LOWEST})
        self._keep(state, _joined([_joined(row) for row in rows], downwards=True))

    def at_once(self, state: str) -> None:
        self._keep(state, _joined(list(self._both_themes().values())))

    def _shots(self, width: int) -> dict[Theme, Image.Image]:
        """The page at the height of all that is on it: what scrolls is a part of it, not the page."""
        height = 0
        for _ in range(4):
            asked = max(LOWEST, min(self.page.evaluate(HEIGHT) if height else 0, TALLEST))
            if asked == height:
                break
            height = asked
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(DRAWN_MS)
        return self._both_themes()

    def _both_themes(self) -> dict[Theme, Image.Image]:
        shots: dict[Theme, Image.Image] = {}
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            self.page.wait_for_timeout(DRAWN_MS)
            shots[theme] = _picture(self.page.screenshot())
        self.page.emulate_media(color_scheme="light")
        return shots

    def _keep(self, state: str, sheet: Image.Image) -> None:
        name = re.sub(r"[^a-z0-9]+", "-", state.lower()).strip("-")
        self.folder.mkdir(parents=True, exist_ok=True)
        sheet.save(self.folder / f"{name}.png", compress_level=3)
        say(f"  {state}")


def _picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def _folded(shots: Sequence[Image.Image]) -> list[Image.Image]:
    """The narrow page goes on in columns beside, so that it takes no more height than the wide ones."""
    *wide, narrow = shots
    columns = -(-narrow.height // max(shot.height for shot in wide))
    height = -(-narrow.height // columns)
    tops = range(0, narrow.height, height)
    parts = [narrow.crop((0, top, narrow.width, min(top + height, narrow.height))) for top in tops]
    return [*wide, *parts]


def _joined(shots: Sequence[Image.Image], *, downwards: bool = False) -> Image.Image:
    wide, tall = [shot.width for shot in shots], [shot.height for shot in shots]
    gaps = GAP * (len(shots) - 1)
    size = (max(wide), sum(tall) + gaps) if downwards else (sum(wide) + gaps, max(tall))
    joined, at = Image.new("RGB", size, BETWEEN), 0
    for shot in shots:
        joined.paste(shot, (0, at) if downwards else (at, 0))
        at += (shot.height if downwards else shot.width) + GAP
    return joined


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
    page = context.new_page()
    say(name)
    try:
        ALL[name](page, town, Camera(page, out / name))
    except (PlaywrightError, AssertionError) as error:
        page.screenshot(path=out / f"{name}-broke-off.png")
        say(f"  did not come to its end: {error}")
        return False
    finally:
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
