"""Weights by gradient: Sources/Strategies/GradientWeights."""

import numpy as np
from common import Strategy, shares


class GradientNorm(Strategy):
    """A power of the length: Katharopoulos & Fleuret, ICML 2018, for the power 1."""

    def weigh(self, b):
        longest = b.gradient_norm.max()
        if longest == 0:
            return np.full(b.size, 1 / b.size)
        return shares(np.maximum(b.gradient_norm, 1e-6 * longest) ** self.power)


class InfluenceBalanced(Strategy):
    """Park et al., ICCV 2021, with the factors by class and the small number of the authors' code."""

    def weigh(self, b):
        influence = np.abs(b.logit_gradient).sum(1) * np.abs(b.feature).sum(1)
        inverse = 1 / self.counts
        weight = (inverse / inverse[self.samples > 0].mean())[b.target] / (influence + 0.001)
        if self.alpha > 0:
            return self.alpha * weight / b.size
        if influence.max() == 0:
            return np.full(b.size, 1 / b.size)
        return weight * influence.mean() / (weight @ influence)
