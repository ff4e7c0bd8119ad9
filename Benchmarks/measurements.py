"""Times by configuration and round, and the ratios between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Callable, Iterable, Mapping, Optional


class MeasurementError(Exception):
    """Why a configuration could not be measured, in one line."""


@dataclass(frozen=True)
class Visit:
    """What one visit of one configuration gave."""

    milliseconds: tuple[float, ...]  # of each step
    waiting: float = 0  # of these, milliseconds a step spent waiting for its batch
    evaluation: tuple[float, ...] = ()  # milliseconds of each forward pass in evaluation
    phases: Mapping[str, float] = field(default_factory=dict)  # milliseconds a step
    peak_memory: int = 0  # bytes
    baseline_memory: int = 0  # bytes, before the network was built
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def step(self) -> float:
        """The median step without the wait for its batch, in milliseconds."""
        return median(self.milliseconds) - self.waiting


Value = Callable[[Visit], float]


def step(visit: Visit) -> float:
    """The visit's step, in milliseconds."""
    return visit.step


def evaluation(visit: Visit) -> float:
    """The visit's forward pass in evaluation, in milliseconds."""
    return median(visit.evaluation)


def percentile(values: Iterable[float], fraction: float) -> float:
    """The value below which `fraction` of the values lie, interpolated."""
    ordered = sorted(values)
    position = fraction * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


class Measurements:
    """Every visit, and why configurations have none."""

    def __init__(self) -> None:
        self.visits: dict[str, dict[int, Visit]] = {}  # by configuration's key, then by round
        self.failures: dict[str, str] = {}  # by configuration's key

    def add(self, key: str, round: int, visit: Visit) -> None:
        self.visits.setdefault(key, {})[round] = visit

    def fail(self, key: str, reason: str) -> None:
        """Notes why a configuration can't be measured, and forgets what it gave before."""
        self.failures[key] = reason
        self.visits.pop(key, None)

    def __contains__(self, key: str) -> bool:
        return key in self.visits

    def values(self, key: str, value: Value = step) -> list[float]:
        """One value a round."""
        return [value(visit) for visit in self.visits[key].values()]

    def median(self, key: str, value: Value = step) -> float:
        """The median over the rounds."""
        return median(self.values(key, value))

    def steps(self, key: str) -> list[float]:
        """The milliseconds of every step of every round."""
        return [ms - visit.waiting for visit in self.visits[key].values() for ms in visit.milliseconds]

    def evaluations(self, key: str) -> list[float]:
        """The milliseconds of every evaluated batch of every round."""
        return [ms for visit in self.visits[key].values() for ms in visit.evaluation]

    def ratio(
        self, above: str, below: str, above_value: Value = step, below_value: Value = step
    ) -> Optional[float]:
        """The median over the rounds of the ratio within the round; None where no round has both."""
        upper, lower = self.visits.get(above, {}), self.visits.get(below, {})
        ratios = [above_value(upper[round]) / below_value(lower[round]) for round in upper if round in lower]
        return median(ratios) if ratios else None

    def fastest(self, keys: Iterable[str], value: Value = step) -> Optional[str]:
        """The key with the smallest median, of those measured."""
        measured = [key for key in keys if key in self.visits]
        return min(measured, key=lambda key: self.median(key, value)) if measured else None
