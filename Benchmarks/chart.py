"""A picture of the step times: horizontal bars, readable on light and dark pages."""

from __future__ import annotations

from html import escape

from configurations import EVALUATION, REWEIGHTING, TRAINING
from measurements import Measurements, evaluation

WIDTH, LEFT, RIGHT = 860, 330, 90
ROW, GROUP = 24, 40

STYLE = """<style>
.page{fill:#ffffff} text{fill:#1f2328} .faint{fill:#59636e} .title{font-size:15px;font-weight:600}
.ours{fill:#e0752d} .theirs{fill:#3b82d0}
@media (prefers-color-scheme:dark){.page{fill:#0d1117} text{fill:#e6edf3} .faint{fill:#9198a1}}
</style>"""

Row = tuple[str, float, bool]  # label, milliseconds, whether it is ours


def groups(m: Measurements) -> list[tuple[str, list[Row]]]:
    """The bars under each title, the shortest first; what was not measured is left out."""
    found: list[tuple[str, list[Row]]] = []
    for title, configurations in [
        ("Training step, batch 128", TRAINING),
        ("The same with batch reweighting", REWEIGHTING),
        ("Forward pass in evaluation, batch 128", EVALUATION),
    ]:
        rows = [(c.label, m.median(c.key), c.key.startswith("brhost")) for c in configurations if c.key in m]
        if configurations is EVALUATION and "brhost/erm" in m:
            rows.append(("brhost", m.median("brhost/erm", evaluation), True))
        if rows:
            found.append((title, sorted(rows, key=lambda row: row[1])))
    return found


def svg(m: Measurements) -> str:
    """The picture; all bars share one scale."""
    content = groups(m)
    longest = max((row[1] for _, rows in content for row in rows), default=1)
    scale = (WIDTH - LEFT - RIGHT) / longest
    parts: list[str] = []
    y = 12
    for title, rows in content:
        y += GROUP - 12
        parts.append(f'<text class="title" x="{LEFT}" y="{y}">{escape(title)}</text>')
        y += 12
        for label, milliseconds, is_ours in rows:
            kind, width = "ours" if is_ours else "theirs", max(1.0, milliseconds * scale)
            parts += [
                f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(label.replace("`", ""))}</text>',
                f'<rect class="{kind}" x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{ROW - 7}" rx="2"/>',
                f'<text class="faint" x="{LEFT + width + 6:.1f}" y="{y + 15}">{milliseconds:.0f} ms</text>',
            ]
            y += ROW
    height = y + 16
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12" role="img" '
        'aria-label="Median milliseconds of brhost and of PyTorch, shorter is better">',
        STYLE, '<rect class="page" width="100%" height="100%"/>', *parts, "</svg>", ""])
