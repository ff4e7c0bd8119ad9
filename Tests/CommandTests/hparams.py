"""Shows runs in TensorBoard, opens its HParams page in headless Chromium, and says what it saw and what is wrong.

Arguments: Chromium, the folder of the runs, a folder for pictures of the page or "", and JSON: the columns that have to
be seen at "first", and "rows", the cells of each run by column, of which a metric that a run lacks is null.
"""

import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import Error, sync_playwright

LIMIT = 60  # seconds, for everything
PATIENCE = 35  # seconds until the page has to be right: TensorBoard answers before it has read all runs

chromium, folder, pictures, text = sys.argv[1:]
expected = json.loads(text)
columns = list(dict.fromkeys(column for row in expected["rows"].values() for column in row))
start = time.monotonic()

CELLS = """cells => {
  const rows = new Map();
  for (const cell of cells) {
    const row = cell.assignedSlot?.closest("tr"), box = cell.getBoundingClientRect();
    if (row && box.width > 0) rows.set(row, [...rows.get(row) ?? [], [box.x, cell.innerText.trim()]]);
  }
  return [...rows.values()].map(row => row.sort((a, b) => a[0] - b[0]).map(cell => cell[1]));
}"""


def address(log, tensorboard):
    """Where TensorBoard, which picks a free port, says that it listens."""
    while tensorboard.poll() is None:
        log.seek(0)
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read())
        if found:
            return found[0]
        time.sleep(0.1)
    log.seek(0)
    sys.exit(f"TensorBoard ended with status {tensorboard.returncode}: {log.read()}")


def table(page, wanted):
    """The header and the rows that a reader sees, once they have the wanted columns and runs, or after five seconds."""
    end = time.monotonic() + 5
    while True:
        rows = page.locator("tf-hparams-table-view vaadin-grid-cell-content").evaluate_all(CELLS)
        header = next((row for row in rows if "Trial ID" in row), [])
        rows = [row for row in rows if row != header]
        if (set(wanted) <= set(header) and len(rows) >= len(expected["rows"])) or time.monotonic() > end:
            return header, rows
        page.wait_for_timeout(100)


def is_shown(cell, value):
    """Whether a cell shows a value: numbers have five digits, of 32-bit values."""
    if value is None or isinstance(value, str):
        return cell == (value or "")
    try:
        return math.isclose(float(cell), value, rel_tol=1e-4)
    except ValueError:
        return False


def look(page, where):
    faults = []
    page.on("console", lambda message: message.type == "error" and faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"page: {error}"))
    page.goto(f"{where}#hparams")
    first, _ = table(page, expected["first"])
    faults += [f"'{column}' is not seen at first" for column in expected["first"] if column not in first]
    if pictures:
        page.screenshot(path=f"{pictures}/hparams-first.png")
    for box in page.locator("paper-checkbox.metric-checkbox").all():
        if box.get_attribute("checked") is None:
            box.click()
    header, rows = table(page, columns)
    if pictures:
        page.screenshot(path=f"{pictures}/hparams.png")
    faults += [f"'{column}' is not seen" for column in columns if column not in header]
    rows = [dict(zip(header, row)) for row in rows]
    names = sorted(row.get("Trial ID", "") for row in rows)
    if names != sorted(expected["rows"]):
        faults.append(f"the rows are {names}")
    for row in rows:
        for column, value in expected["rows"].get(row.get("Trial ID"), {}).items():
            cell = row.get(column, "")
            if not is_shown(cell, value):
                faults.append(f"{row['Trial ID']}: '{column}' is {cell!r}, not {value!r}")
    return {"first": first, "columns": header, "rows": rows, "faults": faults}


def browse(where):
    """What the page shows at last."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        while True:
            page = browser.new_page(viewport={"width": 3200, "height": 1200})
            page.set_default_timeout(15_000)
            try:
                seen = look(page, where)
            except Error as error:
                seen = {"faults": [str(error)]}
            page.close()
            if not seen["faults"] or time.monotonic() - start > PATIENCE:
                browser.close()
                return seen
            time.sleep(1)


def main():
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--host", "127.0.0.1", "--port", "0"]
        tensorboard = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )

        def give_up(number, _):
            os.killpg(tensorboard.pid, signal.SIGKILL)
            print(f"{signal.Signals(number).name} after {time.monotonic() - start:.0f} s", file=sys.stderr)
            os._exit(1)

        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, give_up)
        signal.alarm(LIMIT)
        try:
            return browse(address(log, tensorboard))
        finally:
            signal.alarm(0)
            os.killpg(tensorboard.pid, signal.SIGKILL)
            tensorboard.wait()


seen = main()
print(json.dumps(seen))
sys.exit(1 if seen["faults"] else 0)
