"""The weights of shipped strategies, from the papers: see formulas.py."""

import numpy as np

NOTHING = 2.0**-64


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


class Strategy:
    def __init__(self, run, values, state):
        self.run, self.values, self.state = run, values, state
        self.counts = np.maximum(1, np.array(run["class_counts"], dtype=float))

    def __getattr__(self, name):
        if name in self.values:
            return self.values[name]
        raise AttributeError(name)


# ---- By class ----


class ByClass(Strategy):
    def weigh(self, b):
        factor = self.factor(self.counts)
        each = np.repeat(factor, self.counts.astype(int))  # of every training sample
        return (factor / each.mean())[b.target] / b.size


class InverseFrequency(ByClass):
    def factor(self, n):
        return 1 / n**self.exponent


class ClassBalanced(ByClass):
    def factor(self, n):
        return 1 / n if self.beta == 1 else (1 - self.beta) / (1 - self.beta**n)


# ---- By loss ----


class Focal(Strategy):
    def weigh(self, b):
        def weight(loss):
            return (-np.expm1(-loss)) ** self.g

        if self.detached:
            return taught(weight(b.loss) / b.size)
        with np.errstate(invalid="ignore"):
            exact = slope(lambda loss: weight(loss) * loss, b.loss)
        return taught(np.where(b.loss > 0, exact, 0.0 if self.g > 0 else 1.0) / b.size)


class GeneralizedCrossEntropy(Strategy):
    def weigh(self, b):
        if self.q == 0:
            weight = np.ones_like(b.loss)
        else:
            weight = slope(lambda loss: -np.expm1(-self.q * loss) / self.q, b.loss)
        return taught(np.where((self.k > 0) & (np.exp(-b.loss) <= self.k), 0, weight) / b.size)


class SuperLoss(Strategy):
    average = None

    def weigh(self, b):
        mean = b.loss.mean()
        before = self.average
        self.average = mean if before is None else self.smoothing * before + (1 - self.smoothing) * mean
        tau = np.log(self.run["classes"]) if self.tau == "log-classes" else self.average
        beta = np.maximum(-2 / np.e, (b.loss - tau) / getattr(self, "lambda"))
        # The minimum over x = ln σ of β·e^x + x²: where β·e^x + 2x = 0.
        low, high = np.full_like(beta, -800), np.ones_like(beta)
        for _ in range(200):
            middle = (low + high) / 2
            above = beta * np.exp(middle) + 2 * middle > 0
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.exp(high) / b.size


class AttentionalBias(Strategy):
    log_u = None

    def weigh(self, b):
        x = b.loss / (getattr(self, "lambda") * (-1 if self.emphasis == "easy" else 1))
        now = np.logaddexp.reduce(x) - np.log(b.size)
        if self.log_u is None:
            self.log_u = now
        else:
            with np.errstate(divide="ignore"):
                self.log_u = np.logaddexp(np.log(1 - self.gamma) + self.log_u, np.log(self.gamma) + now)
        return taught(np.exp(x - self.log_u) / b.size)


class SelfPaced(Strategy):
    def weigh(self, b):
        age = self.age * np.log(self.run["classes"]) * self.growth**b.progress
        v = np.clip(1 - b.loss / age, 0, 1) if self.scheme == "linear" else (b.loss < age).astype(float)
        return taught(v / b.size)


class SmallLoss(Strategy):
    def weigh(self, b):
        ramp = min(1, b.epoch / self.epochs) if self.epochs > 0 else 1
        kept = max(1, int((1 - self.forget * ramp) * b.size + 1e-9))
        order = np.argsort(b.loss, kind="stable")
        weight = np.zeros(b.size)
        weight[order[:kept]] = 1 / kept
        last = b.loss == b.loss[order[kept - 1]]
        weight[last] = weight[last].mean()
        return weight


class GradientHarmonizing(Strategy):
    density = None
    batches = 0

    def weigh(self, b):
        g = np.abs(-np.expm1(-b.loss))
        place = np.minimum(self.bins - 1, np.floor(g * self.bins)).astype(int)
        share = np.bincount(place, minlength=self.bins) / b.size
        self.density = (0 if self.density is None else self.momentum * self.density) + (1 - self.momentum) * share
        self.batches += 1
        corrected = self.density / (1 - self.momentum**self.batches)
        beta = 1 / (np.count_nonzero(share) * corrected[place])
        return beta / b.size


class GroupDRO(Strategy):
    def weigh(self, b):
        q = self.__dict__.setdefault("log_q", {})
        means = {g: b.loss[b.group == g].mean() for g in np.unique(b.group)}
        for g, mean in means.items():
            q[g] = q.get(g, 0.0) + self.eta * mean
        total = np.logaddexp.reduce(list(q.values()))
        size = {g: np.count_nonzero(b.group == g) for g in means}
        return taught(np.array([np.exp(q[g] - total) / size[g] for g in b.group]))


# ---- By gradient ----


class GradientNorm(Strategy):
    def weigh(self, b):
        longest = b.gradient_norm.max()
        if longest == 0:
            return np.full(b.size, 1 / b.size)
        return shares(np.maximum(b.gradient_norm, 1e-6 * longest) ** self.power)


class InfluenceBalanced(Strategy):
    def weigh(self, b):
        influence = np.abs(b.logit_gradient).sum(1) * np.abs(b.feature).sum(1)
        inverse = 1 / self.counts
        weight = (inverse / inverse.mean())[b.target] / (influence + 0.001)
        if self.alpha > 0:
            return self.alpha * weight / b.size
        if influence.max() == 0:
            return np.full(b.size, 1 / b.size)
        return weight * influence.mean() / (weight @ influence)


# ---- By what helps held-out samples ----


class LearningToReweight(Strategy):
    def weigh(self, b):
        help = np.maximum(0, b.meta_alignment)
        return shares(help) if help.sum() > 0 else np.full(b.size, NOTHING)


class MetaWeightNet(Strategy):
    updates = 0

    def weigh(self, b):
        H = self.hidden
        theta = self.__dict__.setdefault("theta", np.array(self.state["parameters"]))
        first = self.__dict__.setdefault("first", np.zeros_like(theta))
        second = self.__dict__.setdefault("second", np.zeros_like(theta))

        def forward():
            units = np.maximum(0, np.outer(b.loss, theta[:H]) + theta[H : 2 * H])
            y = units @ theta[2 * H : 3 * H] + theta[3 * H]
            return units, np.exp(-np.logaddexp(0, -y))

        units, v = forward()
        # The held-out loss after a step, by each V, and back through the network.
        dv = -b.learning_rate * b.meta_alignment / b.size
        dy = dv * v * (1 - v)
        du = np.outer(dy, theta[2 * H : 3 * H]) * (units > 0)
        gradient = np.concatenate([b.loss @ du, du.sum(0), dy @ units, [dy.sum()]])
        self.updates += 1
        first[:] = 0.9 * first + 0.1 * gradient
        second[:] = 0.999 * second + 0.001 * gradient**2
        unbiased = first / (1 - 0.9**self.updates), second / (1 - 0.999**self.updates)
        theta -= self.rate * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
        return taught(forward()[1] / b.size)
