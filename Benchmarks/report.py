"""RESULTS.md: the bars, every configuration, the phases, and what all this was measured on."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import chart
import machine
from bars import Bar, bars
from configurations import ALL, BATCH, GAMMA, MODEL, TEMPERATURE, THREADS, Brhost
from measurements import Measurements, evaluation, percentile

PHASES = ["data", "forward", "objective", "per_sample_gradients", "strategy", "backward", "update", "other"]


@dataclass(frozen=True)
class Circumstances:
    """What the report says about the run besides its figures."""

    command: str
    date: str
    commit: str
    pytorch: str
    others: float  # what other programs took of the cores' time meanwhile, in percent
    stolen: float  # and the hypervisor
    rounds: int
    steps: int
    picture: str  # the file's name, beside the report

    @property
    def is_quiet(self) -> bool:
        """Whether the figures can carry verdicts: PyTorch's threads suffer more from company than ours."""
        return self.others + self.stolen <= 5

    @property
    def load(self) -> str:
        return (f"other programs took {self.others:.1f} % of the cores' time, "
                f"the hypervisor {self.stolen:.1f} %")


def markdown(m: Measurements, about: Circumstances) -> str:
    """The whole of RESULTS.md."""
    return "\n\n".join([
        "# brhost beside PyTorch",
        f"Written by `{about.command}`. ResNet-32 (`{MODEL}`), batches of {BATCH} images of 32 × 32 pixels, fp32 and "
        f"{THREADS} threads where nothing else is said.",
        summary(bars(m), about),
        f"![Median milliseconds by configuration]({about.picture})",
        "## Bars",
        bar_table(bars(m), about.is_quiet),
        "## Every configuration",
        "Milliseconds of a step, or of a forward pass, over all rounds.",
        configuration_table(m),
        "## Where brhost's step goes",
        "Milliseconds of each phase, medians over the rounds.",
        phase_table(m),
        "## Machine and versions",
        circumstances(m, about),
        "## How it is measured",
        HOW.format(rounds=about.rounds, steps=about.steps, threads=THREADS, gamma=GAMMA, temp=TEMPERATURE),
    ]) + "\n"


HOW = """\
- All configurations alternate in one run: {rounds} rounds, each visiting every configuration for {steps} steps (fewer
  for batches above 128, at least two). The order rotates from round to round, and every other round goes backwards.
- A ratio is the median over the rounds of the ratio within the round, so it may differ from the ratio of the medians
  printed beside it.
- A step is forward, loss, backward and update (SGD with Nesterov's momentum 0.9 and weight decay 1e-4), without the
  wait for its batch: PyTorch's batches lie ready in memory, and brhost's time for waiting (phase `data`) is not
  counted. brhost still prepares its batches, with crops and mirror images, on the same cores meanwhile.
- Each configuration of PyTorch has a process of its own with {threads} threads, which sleeps while others run. It is
  warmed up, `torch.compile` with it, before the first round; each visit begins with a step that is not counted.
  Gradients are set to none, denormals are left as PyTorch has them by default.
- brhost's figures are those of `brhost bench --json`, one process a visit, two steps of warm-up (one for
  batches above 128).
- Evaluation is the forward pass of one batch: PyTorch in `eval` and inference mode, brhost as `bench` reports it.
- The looped batch reweighting takes, for each sample, a backward pass into the last layer (weight and bias), then
  scales, multiplies, counts and weighs (gamma {gamma}, temperature {temp}, as on our side) and trains with the weighted
  loss. In the original project the gradients come from a function of model and batch, so they take a forward pass of
  their own; the second row is a loop that does without it.
- Peak memory is what the kernel counts for the whole process (VmHWM), libraries included: PyTorch's process does
  nothing but the default step, brhost's also evaluates.
- The start of `train` is the time from starting the process until `metrics.jsonl` has the first step."""


def summary(rows: list[Bar], about: Circumstances) -> str:
    """How many bars are met, or why that can't be said."""
    if not about.is_quiet:
        return (f"**The machine was not quiet: {about.load}. These figures say little, and there are no verdicts; "
                "run it again when nothing else runs.**")
    verdicts = [bar.is_met for bar in rows if bar.limit is not None]
    return (f"{verdicts.count(True)} of {len(verdicts)} bars are met, {verdicts.count(False)} are not, "
            f"{verdicts.count(None)} were not measured.")


def bar_table(rows: list[Bar], is_quiet: bool) -> str:
    """The bars; without verdicts where the machine was not quiet."""
    lines = ["| measure | figure | bar | met | from |", "|---|--:|--:|---|---|"]
    verdict = {True: "yes", False: "**no**", None: "—"}
    for bar in rows:
        unit = bar.unit if bar.unit == "×" else " " + bar.unit
        figure = "—" if bar.figure is None else f"{bar.figure:.3f}{unit}"
        limit = "—" if bar.limit is None else f"{'≥' if bar.at_least else '≤'} {bar.limit:g}{unit}"
        met = verdict[bar.is_met if is_quiet else None]
        lines.append(f"| {bar.measure} | {figure} | {limit} | {met} | {cell(bar.origin)} |")
    return "\n".join(lines)


def configuration_table(m: Measurements) -> str:
    lines = ["| configuration | key | median | p10 | p90 | peak memory |", "|---|---|--:|--:|--:|--:|"]
    for c in ALL:
        label = f"| {c.label} | `{c.key}` |"
        if c.key in m:
            memory = max(visit.peak_memory for visit in m.visits[c.key].values())
            lines.append(f"{label} {spread(m.steps(c.key))} | {f'{memory / 2**20:.0f} MiB' if memory else ''} |")
            if c.key == "brhost/erm":
                lines.append(f"| brhost, evaluation | `{c.key}` | {spread(m.evaluations(c.key))} | |")
        else:
            reason = "failed: " + m.failures[c.key] if c.key in m.failures else "left out"
            lines.append(f"{label} {cell(reason)} | | | |")
    return "\n".join(lines)


def spread(values: list[float]) -> str:
    return f"{median(values):.1f} | {percentile(values, 0.1):.1f} | {percentile(values, 0.9):.1f}"


def phase_table(m: Measurements) -> str:
    columns = [c for c in ALL if isinstance(c, Brhost) and c.key in m]
    if not columns:
        return "Not measured."
    lines = ["| configuration | " + " | ".join(name.replace("_", " ") for name in PHASES) + " | evaluation | GFLOP/s |",
             "|---|" + "--:|" * (len(PHASES) + 2)]
    for c in columns:
        times = [m.median(c.key, lambda visit: visit.phases.get(name, 0)) for name in PHASES]
        rates = [m.median(c.key, lambda visit: float(visit.details[name])) for name in ("gflops", "peak_gflops")]
        lines.append(f"| {c.label} | " + " | ".join(f"{time:.2f}" for time in times)
                     + f" | {m.median(c.key, evaluation):.2f} | {rates[0]:.0f} of {rates[1]:.0f} |")
    return "\n".join(lines)


def circumstances(m: Measurements, about: Circumstances) -> str:
    details = next((v.details for c in ALL if isinstance(c, Brhost) and c.key in m
                    for v in m.visits[c.key].values()), {})
    rows = [
        ("date", about.date),
        ("commit", about.commit),
        ("brhost", f"{details.get('version', '—')}, kernels for {details.get('instruction_set', '—')}"),
        ("PyTorch", about.pytorch),
        ("processor", f"{machine.processor()}, {machine.cores()} cores"),
        ("caches", machine.caches()),
        ("instructions", machine.features()),
        ("memory", machine.memory()),
        ("system", machine.system()),
        ("meanwhile", about.load),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {cell(value)} |" for name, value in rows)])


def cell(text: str) -> str:
    """Text that can't break a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def picture(m: Measurements) -> str:
    return chart.svg(m)
