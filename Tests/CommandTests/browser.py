"""Opens a page in headless Chromium at two widths, light and dark, with and without JavaScript, and says what is wrong.

Arguments: Chromium, the page, a folder for pictures of it or "", and texts that have to be seen.
"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

chromium, path, pictures, *texts = sys.argv[1:]
address = pathlib.Path(path).resolve().as_uri()
faults = []


def check(is_fine, place, *facts):
    if not is_fine:
        faults.append(f"{place}: " + " ".join(map(str, facts)))


def look(browser, width, scheme, scripts):
    place = f"{width} px, {scheme}, {'with' if scripts else 'without'} JavaScript"
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
    )
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    check(not said, place, "the console says", said)
    others = [url for url in asked if url != address and not url.startswith("data:")]
    check(not others, place, "asked for", others)

    check(page.locator("h1:visible").count() == 1, place, "h1")
    check(page.locator("h2:visible").count() >= 5, place, "h2", page.locator("h2").all_inner_texts())
    seen = " ".join(page.locator("body").inner_text().split())
    for text in texts:
        check(text in seen, place, "does not show", repr(text))
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    check("default-src 'none'" in policy and "unsafe" not in policy, place, policy)

    # Boxes are measured by the browser, so that this needs no JavaScript of the page's own.
    for name, minimum in (("h1", 100), ("table", 100), ("svg", 200)):
        box = page.locator(f"{name}:visible").first.bounding_box()
        check(box and box["width"] >= minimum, place, name, box)
    heading = page.locator("h1").bounding_box()
    check(heading["x"] + heading["width"] <= width, place, "h1", heading)
    if scripts:
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        across = page.evaluate("document.documentElement.scrollWidth")
        check(across <= width, place, "the page is", across, "px wide")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        # The style is applied, hence the policy's hash is right.
        is_dark = sum(int(part) for part in paper[4:-1].split(",")) < 200
        check(is_dark == (scheme == "dark"), place, "background", paper)
        broken = page.evaluate(
            "[...document.querySelectorAll('svg image')].filter(i => !i.getBBox().width).length"
        )
        check(broken == 0, place, broken, "pictures are empty")
    else:
        summary = page.locator("summary").first
        summary.click()
        check(page.locator("details[open] table").first.is_visible(), place, "details stay shut")
    if pictures:
        name = place.replace(" ", "-").replace(",", "")
        page.screenshot(path=f"{pictures}/{name}.png", full_page=True)
    context.close()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    for width in (390, 1280):
        for scheme in ("light", "dark"):
            for scripts in (True, False):
                look(browser, width, scheme, scripts)
    browser.close()

print("\n".join(faults))
sys.exit(1 if faults else 0)
