"""A page in headless Chromium, measured from inside: `python -m bench.report_browser PAGE WORD` prints the figures as JSON.

Times are milliseconds since the navigation began. WORD is one that only few answers have.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.integration.report.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });
window.until = (holds) => new Promise((resolve) => {
  const look = () => (holds() ? resolve(performance.now()) : setTimeout(look, 4));
  look();
});
window.said = () => document.getElementById("found").textContent;
window.shown = () => document.querySelector("#list .case:not(.blank)") && / shown/.test(said());
window.act = (change) => {
  const before = said();
  change();
  return until(() => shown() && said() !== before);
};
"""
FILTERED = """async () => {
  await until(() => document.querySelector('.chip[data-show="all"]') && shown());
  const listed = performance.now();
  const chip = document.querySelector('.chip[data-show="all"]');
  if (chip.getAttribute("aria-pressed") === "true") return [listed, await act(() => document.querySelector('.chip').click())];
  return [listed, await act(() => chip.click())];
}"""
RANGED = """async () => {
  const part = (name) => document.querySelector(`.range ${name}`);
  const [figure, from, apply] = ["[name=figure]", "[name=from]", "button"].map(part);
  figure.value = "latency_ms";
  from.value = "400";
  const start = performance.now();
  return (await act(() => apply.click())) - start;
}"""
SEARCHED = """async (word) => {
  const clear = document.querySelector(".on .clear");
  if (clear) await act(() => clear.click());
  const field = document.getElementById("search");
  const [start, before] = [performance.now(), said()];
  field.value = word;
  field.dispatchEvent(new Event("input"));
  const listed = () => document.querySelector("#list .case:not(.blank)");
  const first = await until(() => said() !== before && !/^0 /.test(said()) && listed());
  return [first - start, (await until(() => / shown/.test(said()))) - start, said()];
}"""
SCROLLED = """async () => {
  await act(() => document.querySelector(".on .clear").click());
  document.querySelector(".rest:not([hidden])")?.click();
  await until(() => !document.querySelector("#list .blank"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  window.longest = 0;
  const frames = [];
  for (let screen = 0; screen < 100; screen += 1) {
    const before = performance.now();
    window.scrollBy({ top: window.innerHeight, behavior: "instant" });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    frames.push(performance.now() - before);
  }
  await until(() => !document.querySelector("#list .blank"));
  return [window.longest, Math.max(...frames)];
}"""


def measured(path: Path, word: str) -> dict[str, Any]:
    """All figures of one page, opened in a browser of its own."""
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(120_000)
        session = context.new_cdp_session(page)
        page.goto(path.as_uri(), wait_until="commit", timeout=120_000)
        listed, filtered = page.evaluate(FILTERED)
        found: dict[str, Any] = {"list_ms": listed, "first_filter_ms": filtered}
        found["longest_task_at_start_ms"] = page.evaluate("window.longest")
        found |= _painted(page)
        found["range_ms"] = page.evaluate(RANGED)
        found["search_first_ms"], found["search_all_ms"], found["search_said"] = page.evaluate(SEARCHED, word)
        found["longest_task_scrolling_ms"], found["slowest_frame_ms"] = page.evaluate(SCROLLED)
        return {
            key: round(value, 1) if isinstance(value, float) else value for key, value in (found | _held(page, session)).items()
        }


def _painted(page: Page) -> dict[str, float]:
    first = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    parsed = "performance.timing.domInteractive - performance.timing.navigationStart"
    return {"first_paint_ms": page.evaluate(first), "parsed_ms": page.evaluate(parsed)}


def _held(page: Page, session: CDPSession) -> dict[str, float]:
    """Elements of the page, and the heap of its own thread in MB after what nobody needs is gone."""
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return {"elements": page.evaluate("document.querySelectorAll('*').length"), "heap_mb": metrics["JSHeapUsedSize"] / 1e6}


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), sys.argv[2])))
