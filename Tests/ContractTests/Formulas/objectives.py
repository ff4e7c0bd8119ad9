"""Objectives, the loss of logits and its derivative by hand: Sources/Strategies/Objectives."""

import numpy as np
from common import Strategy


def cross_entropy(z, y):
    """The cross-entropy with the rows of y for targets, and the softmax."""
    shifted = z - z.max(1, keepdims=True)
    others = np.exp(shifted)
    others[np.arange(len(z)), z.argmax(1)] = 0
    log_sum = np.log1p(others.sum(1))
    return log_sum - (y * shifted).sum(1), np.exp(shifted - log_sum[:, None])


class OfLogits(Strategy):
    def evaluate(self, b):
        y = np.eye(self.classes)[b.target]
        scale, shift, q = self.change(y)
        loss, p = cross_entropy(scale * b.logits + shift, q)
        return loss, scale * (p - q)


class LogitAdjust(OfLogits):
    """Menon et al., ICLR 2021, equation 10."""

    def change(self, y):
        return 1, self.tau * np.log(self.counts / self.counts.sum()), y


class VectorScaling(OfLogits):
    """Kini et al., NeurIPS 2021: the VS-loss, with Δ_c and ι_c as for label imbalance."""

    def change(self, y):
        shift = self.tau * np.log(self.counts / self.counts.sum())
        return (self.counts / self.counts.max()) ** self.gamma, shift, y


class LDAM(OfLogits):
    """Cao et al., NeurIPS 2019; the rarest class that there is has the largest margin."""

    def change(self, y):
        rarest = self.counts[self.samples > 0].min()
        margin = self.max_margin * np.minimum(1, (rarest / self.counts) ** 0.25)
        return self.s, -self.s * y * margin, y


class LabelSmoothing(OfLogits):
    """Szegedy et al., CVPR 2016, section 7."""

    def change(self, y):
        return 1, 0, (1 - self.epsilon) * y + self.epsilon / self.classes
