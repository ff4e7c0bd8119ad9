"""Shipped objectives, from the papers: the loss of logits, and its derivative by hand."""

import numpy as np
from weights import Strategy


def cross_entropy(z, y):
    """The cross-entropy with the rows of y for targets, and the softmax."""
    shifted = z - z.max(1, keepdims=True)
    others = np.exp(shifted)
    others[np.arange(len(z)), z.argmax(1)] = 0
    log_sum = np.log1p(others.sum(1))
    return log_sum - (y * shifted).sum(1), np.exp(shifted - log_sum[:, None])


class OfLogits(Strategy):
    def evaluate(self, b):
        y = np.eye(self.run["classes"])[b.target]
        scale, shift, q = self.change(y)
        loss, p = cross_entropy(scale * b.logits + shift, q)
        return loss, scale * (p - q)


class LogitAdjust(OfLogits):
    def change(self, y):
        return 1, self.tau * np.log(self.counts / self.counts.sum()), y


class VectorScaling(OfLogits):
    def change(self, y):
        shift = self.tau * np.log(self.counts / self.counts.sum())
        return (self.counts / self.counts.max()) ** self.gamma, shift, y


class LDAM(OfLogits):
    def change(self, y):
        margin = self.counts**-0.25
        return self.s, -self.s * y * self.max_margin * margin / margin.max(), y


class LabelSmoothing(OfLogits):
    def change(self, y):
        return 1, 0, (1 - self.epsilon) * y + self.epsilon / self.run["classes"]
