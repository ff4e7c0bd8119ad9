"""Weights by loss: Sources/Strategies/LossWeights."""

import decimal
from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
from common import Strategy, faded, slope, taught

# Decimals take the papers' exponentials as they stand: there is no loss whose exponential they cannot hold.
decimal.setcontext(decimal.Context(prec=40, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX))


class Focal(Strategy):
    """Lin et al., ICCV 2017, equation 4."""

    def weigh(self, b):
        def weight(loss):
            return (-np.expm1(-loss)) ** self.g

        if self.detached:
            return taught(weight(b.loss) / b.size)
        with np.errstate(invalid="ignore"):
            exact = slope(lambda loss: weight(loss) * loss, b.loss)
        return taught(np.where(b.loss > 0, exact, 0.0 if self.g > 0 else 1.0) / b.size)


class GeneralizedCrossEntropy(Strategy):
    """Zhang & Sabuncu, NeurIPS 2018, section 3.2, and the truncation of section 3.3."""

    def weigh(self, b):
        if self.q == 0:
            weight = np.ones_like(b.loss)
        else:
            weight = slope(lambda loss: -np.expm1(-self.q * loss) / self.q, b.loss)
        return taught(np.where((self.k > 0) & (np.exp(-b.loss) <= self.k), 0, weight) / b.size)


class SuperLoss(Strategy):
    """Castells et al., NeurIPS 2020: the minimum that defines it, not Lambert's function."""

    average = None

    def weigh(self, b):
        mean = b.loss.mean()
        before = self.average
        self.average = mean if before is None else self.smoothing * before + (1 - self.smoothing) * mean
        tau = np.log(self.classes) if self.tau == "log-classes" else self.average
        beta = np.maximum(-2 / np.e, (b.loss - tau) / getattr(self, "lambda"))
        # The minimum over x = ln σ of β·e^x + x²: where β·e^x + 2x = 0.
        low, high = np.full_like(beta, -800), np.ones_like(beta)
        for _ in range(200):
            middle = (low + high) / 2
            above = beta * np.exp(middle) + 2 * middle > 0
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.exp(high) / b.size


class AttentionalBias(Strategy):
    """Qi et al., TMLR 2023, algorithm 1: u ← (1 − γ)·u + γ·mean exp(ℓ/λ), then exp(ℓ_i/λ) / (B·u)."""

    u = None

    def weigh(self, b):
        scale, gamma = Decimal(getattr(self, "lambda")), Decimal(self.gamma)
        if self.emphasis == "easy":
            scale = -scale
        powers = [(Decimal(loss) / scale).exp() for loss in b.loss]
        mean = sum(powers) / b.size
        self.u = mean if self.u is None else (1 - gamma) * self.u + gamma * mean
        return taught(np.array([float(power / (b.size * self.u)) for power in powers]))


class SelfPaced(Strategy):
    """Kumar et al., NeurIPS 2010 (hard); Jiang et al., ACM Multimedia 2014 (linear)."""

    def weigh(self, b):
        age = self.age * np.log(self.classes) * self.growth**b.progress
        v = np.clip(1 - b.loss / age, 0, 1) if self.scheme == "linear" else (b.loss < age).astype(float)
        return taught(v / b.size)


class SmallLoss(Strategy):
    """Han et al., NeurIPS 2018, algorithm 1: the R(T)·B samples of the least loss, R(T) = 1 − min{T/T_k · τ, τ}.

    Where equal losses leave a choice of samples, a sample counts by the share of the choices that it is in.
    """

    def weigh(self, b):
        tau = Fraction(repr(self.forget))  # 1/5, where a double is a little more
        forgotten = min(Fraction(b.epoch, self.epochs) * tau, tau) if self.epochs > 0 else tau
        kept = max(1, floor((1 - forgotten) * b.size))
        below = (b.loss[None, :] < b.loss[:, None]).sum(1)
        equal = (b.loss[None, :] == b.loss[:, None]).sum(1)
        return np.clip((kept - below) / equal, 0, 1) / kept


class GradientHarmonizing(Strategy):
    """Li et al., AAAI 2019: the density around a sample is the number of samples in its unit region, over its length.

    "Unit region approximation": the regions are [(j − 1)/M, j/M). "EMA": their numbers are averaged over the batches,
    here as shares of a batch. M counts the regions that hold a sample, as in the authors' code.
    """

    def weigh(self, b):
        borders = np.arange(1, self.bins) / self.bins
        region = np.searchsorted(borders, 1 - np.exp(-b.loss), side="right")
        batches = self.__dict__.setdefault("batches", [])
        batches.append(region)
        # δ(g_k, g_i), counted pair by pair: how large a part of each batch lies around i.
        around = [(batch[:, None] == region[None, :]).mean(0) for batch in batches]
        return 1 / (len(set(region)) * faded(around, self.momentum) * b.size)


class GroupDRO(Strategy):
    """Sagawa et al., ICLR 2020, algorithm 1, with a batch for a sample: q'_g = q_g·exp(η·L_g), then q = q' / Σ q'.

    All groups are there from the beginning, as in the paper; those met so far then share the weight.
    """

    def weigh(self, b):
        q = self.__dict__.setdefault("q", {g: Decimal(1) / self.classes for g in range(self.classes)})
        met = self.__dict__.setdefault("met", set())
        losses = {g: [Decimal(loss) for loss in b.loss[b.group == g]] for g in set(b.group.tolist())}
        for g, own in losses.items():
            q[g] *= (Decimal(self.eta) * sum(own) / len(own)).exp()
        total = sum(q.values())
        for g in q:
            q[g] /= total
        met.update(losses)
        share = sum(q[g] for g in met)
        return taught(np.array([float(q[g] / share / len(losses[g])) for g in b.group.tolist()]))
