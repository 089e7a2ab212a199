"""How quick the screens are in a real Chromium: the first page, switching pages, and watching a list.

The app runs in a process of its own as the README starts it, the API's stand-in in another, and the browser
in a third, all on this machine. The list that is watched waits for an answer that never comes, so nothing
but watching costs anything; what the server takes without any tab is measured first and taken off.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
KEY = "clapi_" + "b" * 64
SWITCHES = ["--no-sandbox", "--disable-gpu"]
PAGES = (
    ("New list", "New list"),
    ("History", "History"),
    ("One person", "Look up one person"),
    ("Your key", "Your key"),
    ("Credits", "Credits"),
    ("Home", "Find emails and phones for a list"),
)
TICKS_A_SECOND = 1 / 2 + 1 / 3
"""Of one watching tab: the progress of the list every 2 s, the sidebar every 3 s."""

SWITCH = """([link, heading]) => new Promise((done, failed) => {
  const from = performance.now();
  const shown = () => [...document.querySelectorAll('h1')].some(h => h.innerText.trim() === heading);
  const watcher = new MutationObserver(() => {
    if (shown()) { watcher.disconnect(); done(performance.now() - from); }
  });
  watcher.observe(document.body, {childList: true, subtree: true, characterData: true});
  setTimeout(() => failed(new Error('no ' + heading)), 15000);
  [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')]
    .find(a => a.innerText.includes(link)).click();
})"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, health: str, **environment: str) -> Iterator[int]:
    """A process of ours while the block runs, once it answers at `health`. Yields its id."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **environment}
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=given, stdout=log, stderr=log
        )
        try:
            with httpx.Client(trust_env=False) as client:
                _wait_until_healthy(client, health)
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_healthy(client: httpx.Client, health: str) -> None:
    for _ in range(300):
        with suppress(httpx.TransportError):
            if client.get(health).is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{health} does not answer")


def cpu_seconds(process: int) -> float:
    """Processor time a process has taken, all its threads (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share_of_a_core(process: int, seconds: float) -> float:
    before, started = cpu_seconds(process), time.perf_counter()
    time.sleep(seconds)
    return (cpu_seconds(process) - before) / (time.perf_counter() - started)


def first_page(browser: Browser, url: str, runs: int) -> list[float]:
    """Seconds from entering the address until the drop zone is there, each with an empty cache."""
    taken = []
    for _ in range(runs):
        context = browser.new_context()
        page = context.new_page()
        started = time.perf_counter()
        page.goto(url)
        page.get_by_test_id("stFileUploaderDropzone").wait_for()
        taken.append(time.perf_counter() - started)
        context.close()
    return taken


def switches(page: Page, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from the click on a link to the title of its page; the first round only loads scripts."""
    taken: dict[str, list[float]] = {link: [] for link, _ in PAGES}
    for number in range(rounds + 1):
        for link, heading in PAGES:
            spent = page.evaluate(SWITCH, [link, heading])
            page.wait_for_timeout(600)
            if number:
                taken[link].append(spent)
    return taken


def start_a_list(page: Page) -> str:
    """A list that goes on for ever. Returns its address."""
    rows = "".join(f"https://www.linkedin.com/in/invented-{number}\n" for number in range(250))
    data = ("LinkedIn URL\n" + rows).encode()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": data}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)  # type: ignore[arg-type]  # a plain dict will do
    page.get_by_role("button", name=re.compile("^Look for emails of 250 people")).click()
    page.get_by_role("button", name="Pause").wait_for()
    return page.url


def watch(context: BrowserContext, address: str, tabs: int) -> list[Page]:
    pages = []
    for _ in range(tabs):
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name="Pause").wait_for(timeout=60_000)
        pages.append(page)
    return pages


def measure(browser: Browser, url: str, server: int, runs: int, seconds: float) -> None:
    taken = first_page(browser, url, runs)
    middle = statistics.median(taken)
    print(f"first page, empty cache: median {middle:.2f} s, {min(taken):.2f} to {max(taken):.2f}")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(url)
    page.get_by_test_id("stFileUploaderDropzone").wait_for()
    for link, spent in switches(page, runs).items():
        middle = statistics.median(spent)
        print(f"to {link}: median {middle:.0f} ms, {min(spent):.0f} to {max(spent):.0f}")
    address = start_a_list(page)
    context.close()
    time.sleep(5)
    alone = share_of_a_core(server, seconds)
    print(f"no tab: {100 * alone:.1f} % of a core")
    for tabs in (1, 20):
        watching = browser.new_context(viewport={"width": 1280, "height": 900})
        watch(watching, address, tabs)
        time.sleep(5)
        share = share_of_a_core(server, seconds) - alone
        each = 1000 * share / (tabs * TICKS_A_SECOND)
        print(f"{tabs} watching: {100 * share:.1f} % of a core more, {each:.1f} ms a tick")
        watching.close()
        time.sleep(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    chosen = parser.parse_args()
    program = (
        os.environ.get("CLEANLIST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    api, port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sandbox = ["cleanlist_core", "sandbox", "--port", str(api), "--key", KEY]
        app = ["streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
        app += ["--server.address", "127.0.0.1", "--server.headless", "true"]
        settings = {
            "CLEANLIST_DATA_DIR": str(folder / "data"),
            "CLEANLIST_API_KEY": KEY,
            "CLEANLIST_BASE_URL": f"http://127.0.0.1:{api}/api/v1/public",
        }
        endless = [*sandbox, "--faults", "workflow:*=never_ends"]
        url = f"http://127.0.0.1:{port}"
        with (
            running(endless, folder, f"http://127.0.0.1:{api}/"),
            running(app, folder, f"{url}/healthz", **settings) as server,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
            measure(browser, url, server, chosen.runs, chosen.seconds)
            browser.close()


if __name__ == "__main__":
    main()
