"""Weights by class: Sources/Strategies/ClassWeights."""

import numpy as np
from common import Strategy


class ByClass(Strategy):
    def weigh(self, b):
        factor = self.factor(self.counts)
        each = np.repeat(factor, self.samples)  # of every training sample
        return (factor / each.mean())[b.target] / b.size


class InverseFrequency(ByClass):
    """Mahajan et al., ECCV 2018: by an inverse power of the number of samples."""

    def factor(self, n):
        return 1 / n**self.exponent


class ClassBalanced(ByClass):
    """Cui et al., CVPR 2019: over the effective number, proposition 1, which is the series of β^0 … β^(n−1)."""

    def factor(self, n):
        return np.array([1 / (self.beta ** np.arange(count)).sum() for count in n])
