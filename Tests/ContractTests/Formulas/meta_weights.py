"""Weights by what helps held-out samples: Sources/Strategies/MetaWeights."""

import numpy as np
from common import NOTHING, Strategy, faded, shares, taught


class LearningToReweight(Strategy):
    """Ren et al., ICML 2018, algorithm 1: max(0, −∂/∂ε_i of the held-out loss at ε = 0), as shares."""

    def weigh(self, b):
        help = np.maximum(0, b.meta_alignment)
        return shares(help) if help.sum() > 0 else np.full(b.size, NOTHING)


class MetaWeightNet(Strategy):
    """Shu et al., NeurIPS 2019, algorithm 1: a step of Θ down the held-out loss, then V(ℓ; Θ) / B.

    Nothing is propagated back: each parameter in turn gets an imaginary part, and so does the held-out loss.
    """

    def weigh(self, b):
        theta = self.__dict__.setdefault("theta", np.array(self.state["parameters"]))
        gradients = self.__dict__.setdefault("gradients", [])

        def held_out_loss(theta):
            # The step −lr · Σ V_i g_i / B changes it, to first order, by the step's product with its own gradient.
            return -b.learning_rate / b.size * (self.weight(b.loss, theta) @ b.meta_alignment)

        h = 1e-100
        nudges = 1j * h * np.eye(len(theta))
        gradients.append(np.array([held_out_loss(theta + nudge).imag / h for nudge in nudges]))
        # Kingma & Ba, ICLR 2015, algorithm 1.
        first, second = faded(gradients, 0.9), faded(np.square(gradients), 0.999)
        theta -= self.rate * first / (np.sqrt(second) + 1e-8)
        return taught(self.weight(b.loss, theta) / b.size)

    def weight(self, loss, theta):
        """V: a hidden layer of rectifiers and a sigmoid, also of complex parameters."""
        a, c, out, bias = np.split(theta, [self.hidden, 2 * self.hidden, 3 * self.hidden])
        x = np.outer(loss, a) + c
        y = np.where(x.real > 0, x, 0) @ out + bias
        power = np.exp(np.where(y.real < 0, y, -y))
        return np.where(y.real < 0, power, 1) / (1 + power)
