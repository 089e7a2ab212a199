"""Whether a page fits for those who need large letters: 320 pixels of width, and text at twice its size."""

from __future__ import annotations

from playwright.sync_api import Page

TWICE = "html { font-size: 32px !important; }"

LOOKS, LOOK_MS = 20, 100
STILL_FRAMES, STILL_MS = 3, 2_000

LOST = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const main = document.querySelector('[data-testid="stMain"]'), lost = [];
  if (document.documentElement.scrollWidth > innerWidth) lost.push('the page scrolls sideways');
  if (main.scrollWidth > main.clientWidth + 1) lost.push('the screen scrolls sideways');
  const scrolls = '[data-testid="stDataFrame"], [data-testid="stTable"], [data-testid="stCode"],'
    + ' [role="tablist"], .js-plotly-plot';
  const texts = 'p, button, h1, h2, h3, label, dd, [data-testid="stMetricValue"]';
  for (const part of main.querySelectorAll(texts)) {
    const box = part.getBoundingClientRect(), text = part.innerText.slice(0, 60);
    if (part.closest(scrolls) || !text.trim() || box.width < 2 || box.height < 2) continue;
    if (box.right > innerWidth + 1 || box.left < -1) lost.push('outside: ' + text);
    const style = getComputedStyle(part);
    const hides = ['hidden', 'clip'].includes(style.overflowX) || style.textOverflow === 'ellipsis';
    if (hides && part.scrollWidth > part.clientWidth + 1) lost.push('cut: ' + text);
  }
  return [...new Set(lost)];
}"""
"""Tables, charts, code and rows of tabs may scroll inside themselves; everything else has to fit."""

PLACES = """() => {
  const scrolled = document.querySelector('[data-testid="stMain"]').scrollTop;
  return [...document.querySelectorAll('button, input, [data-testid="stDataFrame"]')].map(part => {
    const box = part.getBoundingClientRect();
    return [box.left, box.top + scrolled, box.width, box.height].map(Math.round).join();
  }).join(';');
}"""

AS_BEFORE = f"""async ([before, frames, ms]) => {{
  const places = {PLACES}, until = performance.now() + ms;
  for (let same = 0; same < frames && performance.now() < until;) {{
    await new Promise(requestAnimationFrame);
    same = places() === before ? same + 1 : 0;
  }}
}}"""
"""The sidebar slides and tables find their width over some frames: a click meanwhile may miss its button."""


def lost_when_large(page: Page) -> list[str]:
    """What is cut, or lies outside, on the page as it is when it is narrow and when its letters are large."""
    usual = page.viewport_size
    assert usual is not None
    before = page.evaluate(PLACES)
    page.set_viewport_size({"width": 320, "height": 640})
    lost = [f"at 320 pixels: {one}" for one in _lost(page)]
    page.set_viewport_size(usual)
    letters = page.add_style_tag(content=TWICE)
    lost += [f"with text at 200 %: {one}" for one in _lost(page)]
    letters.evaluate("style => style.remove()")
    page.evaluate(AS_BEFORE, [before, STILL_FRAMES, STILL_MS])
    return lost


def _lost(page: Page) -> list[str]:
    """What is lost for good: tables take a moment to find their new width."""
    lost: list[str] = []
    for _ in range(LOOKS):
        lost = page.evaluate(LOST)
        if not lost:
            break
        page.wait_for_timeout(LOOK_MS)
    return lost
