"""The bars that brhost must reach, each from the measurements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from configurations import BATCHES, BF16, EVAL, FP32, batch_key
from measurements import Measurements, Visit, evaluation

ERM = "brhost/erm"


@dataclass(frozen=True)
class Bar:
    """A figure and what it should be."""

    measure: str
    figure: Optional[float]  # None: not measured
    limit: Optional[float]  # None: for information
    at_least: bool
    unit: str = "×"
    origin: str = ""  # the medians behind the figure, or why there is none

    @property
    def is_met(self) -> Optional[bool]:
        if self.figure is None or self.limit is None:
            return None
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


def bars(m: Measurements) -> list[Bar]:
    """Every bar, in the order of the table."""
    return [
        faster(m, "training step against PyTorch's default (NCHW)", ["torch/nchw"], 3.5),
        faster(m, "… against PyTorch's fastest fp32 configuration", FP32, 2.8),
        faster(m, "… against PyTorch in bf16 autocast, ours in fp32", BF16, 1.5),
        forward(m, "evaluation against PyTorch's forward in `eval` mode (NCHW)", ["torch/eval"], 4),
        forward(m, "… against the faster of PyTorch's layouts, for information", EVAL, None),
        at_most(m, "`gamma-threshold` over ERM, gradient source `layer`", "brhost/gamma-threshold", ERM, 1.02),
        at_most(m, "gradient source `network` over ERM", "brhost/network", ERM, 3.0),
        faster(m, "batch reweighting against the looped original on PyTorch", ["torch/looped-own-forward"], 5,
               ours="brhost/gamma-threshold"),
        faster(m, "… against a loop that shares the step's forward pass, for information", ["torch/looped"], None,
               ours="brhost/gamma-threshold"),
        faster(m, "two threads against one", ["brhost/1-thread"], 1.75),
        memory(m),
        *(growth(m, batch) for batch in BATCHES[1:]),
        gram_share(m),
        start(m),
    ]


def missing(m: Measurements, *keys: str) -> str:
    """Why a figure that needs these configurations is absent."""
    absent = [key for key in keys if key not in m]
    return "not measured: " + "; ".join(
        f"{key} failed" if key in m.failures else f"{key} left out" for key in absent)


def faster(m: Measurements, measure: str, theirs: list[str], limit: Optional[float], ours: str = ERM) -> Bar:
    """How many times as long the fastest of `theirs` takes as `ours`."""
    fastest = m.fastest(theirs)
    figure = m.ratio(fastest, ours) if fastest else None
    if figure is None:
        return Bar(measure, None, limit, True, origin=missing(m, *theirs, ours))
    return Bar(measure, figure, limit, True, origin=against(fastest, m.median(fastest), m.median(ours)))


def forward(m: Measurements, measure: str, theirs: list[str], limit: Optional[float]) -> Bar:
    """How many times as long the fastest forward pass of `theirs` takes as ours in evaluation."""
    fastest = m.fastest(theirs)
    figure = m.ratio(fastest, ERM, below_value=evaluation) if fastest else None
    if figure is None:
        return Bar(measure, None, limit, True, origin=missing(m, *theirs, ERM))
    return Bar(measure, figure, limit, True, origin=against(fastest, m.median(fastest), m.median(ERM, evaluation)))


def at_most(m: Measurements, measure: str, ours: str, base: str, limit: float) -> Bar:
    """The step of `ours` over that of `base`."""
    figure = m.ratio(ours, base)
    if figure is None:
        return Bar(measure, None, limit, False, origin=missing(m, ours, base))
    return Bar(measure, figure, limit, False, origin=f"{m.median(ours):.1f} ms over {m.median(base):.1f} ms")


def memory(m: Measurements) -> Bar:
    """Our peak over the peak of a PyTorch process that does nothing but the default step."""
    measure, theirs = "peak memory against PyTorch's default for the same step", "torch/nchw"
    figure = m.ratio(ERM, theirs, peak, peak)
    if figure is None:
        return Bar(measure, None, 0.6, False, origin=missing(m, ERM, theirs))
    own = m.median(theirs, lambda visit: visit.peak_memory - visit.baseline_memory)
    return Bar(measure, figure, 0.6, False, origin=(
        f"{mebibytes(m.median(ERM, peak))} over {mebibytes(m.median(theirs, peak))}, of which PyTorch took "
        f"{mebibytes(own)} after its import"))


def growth(m: Measurements, batch: int) -> Bar:
    """The time of an image at this batch size over that at the smallest."""
    least = BATCHES[0]
    measure = f"time of an image in batches of {batch} over that in batches of {least}"
    ours, base = batch_key(batch), batch_key(least)
    figure = m.ratio(
        ours, base, lambda visit: visit.step / batch, lambda visit: visit.step / least)
    if figure is None:
        return Bar(measure, None, 1, False, origin=missing(m, ours, base))
    return Bar(measure, figure, 1, False, origin=f"a step takes {m.median(ours):.1f} ms")


def gram_share(m: Measurements) -> Bar:
    """What reweighting takes of a step of `gamma-threshold` at batch 1024."""
    measure, key = "Gram and weights in a step of `gamma-threshold`, `layer`, batch 1024", "brhost/gram-1024"
    if key not in m:
        return Bar(measure, None, 3, False, "%", missing(m, key))
    share = m.median(key, lambda visit: 100 * reweighting(visit) / visit.step)
    return Bar(measure, share, 3, False, "%", f"{m.median(key, reweighting):.2f} ms of {m.median(key):.1f} ms")


def start(m: Measurements) -> Bar:
    """How long `train` takes until its first step is done."""
    measure, key = "start of `train` on `cifar10-lt` until the first step is done", "brhost/start"
    if key not in m:
        return Bar(measure, None, 1.5, False, "s", missing(m, key))
    return Bar(measure, m.median(key) / 1000, 1.5, False, "s", "records included")


def peak(visit: Visit) -> float:
    """The most memory held, in bytes."""
    return float(visit.peak_memory)


def reweighting(visit: Visit) -> float:
    """What a strategy adds to a step, in milliseconds."""
    return visit.phases["strategy"] + visit.phases["per_sample_gradients"]


def against(key: str, theirs: float, ours: float) -> str:
    return f"{theirs:.1f} ms ({key}) against {ours:.1f} ms"


def mebibytes(bytes: float) -> str:
    return f"{bytes / 2**20:.0f} MiB"
