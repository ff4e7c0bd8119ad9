"""What the formulas of the shipped strategies share."""

import numpy as np

NOTHING = 2.0**-64


class Strategy:
    def __init__(self, run, values, state):
        self.run, self.values, self.state = run, values, state
        self.classes = run["classes"]
        # A class without training samples counts as one of a single sample.
        self.samples = np.array(run["class_counts"])
        self.counts = np.maximum(1.0, self.samples)

    def __getattr__(self, name):
        if name in self.values:
            return self.values[name]
        raise AttributeError(name)


def taught(weight):
    """A batch without any weight, in the single precision of weights, teaches nothing, in the host's words."""
    with np.errstate(under="ignore"):
        is_taught = np.any(weight.astype(np.float32) > 0)
    return weight if is_taught else np.full_like(weight, NOTHING)


def shares(values):
    return values / values.sum() if values.sum() > 0 else np.full_like(values, 1 / len(values))


def slope(f, loss):
    """The derivative of f, exact to rounding: Im f(x + ih) / h."""
    h = loss * 1e-20 + 1e-200
    return np.imag(f(loss + 1j * h)) / h


def faded(history, keep):
    """The mean of a history in which each entry counts `keep` times as much as the next.

    That is where s ← keep·s + (1 − keep)·x leads from s = 0, corrected for its start: Kingma & Ba, "Adam", ICLR 2015,
    section 3.
    """
    age = np.arange(len(history))[::-1]
    return np.average(history, axis=0, weights=float(keep) ** age)
