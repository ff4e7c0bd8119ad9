"""What is measured: every configuration of brhost and of PyTorch, in the order in which a round visits them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

MODEL = "resnet32"
THREADS = 2
BATCH = 128
BATCHES = (32, 64, 128, 256, 512, 1024)
GAMMA, TEMPERATURE = 0.7, 12.8  # of batch reweighting, on both sides; they don't change what a step costs


@dataclass(frozen=True)
class Brhost:
    """One call of `brhost bench`."""

    key: str
    label: str
    batch: int = BATCH
    threads: int = THREADS
    strategy: str = "erm"
    gradient_source: str = "layer"

    def steps(self, steps: int) -> int:
        """How many steps a visit takes where a batch of 128 takes `steps`: about as many images, at least two."""
        return max(2, min(steps, steps * BATCH // self.batch))


@dataclass(frozen=True)
class Start:
    """One call of `brhost train` on cifar10-lt, timed until its first step is on record."""

    key: str
    label: str


@dataclass(frozen=True)
class Torch:
    """One PyTorch process: a whole training step, or the forward pass in `eval` mode."""

    key: str
    label: str
    task: str = "train"  # train, evaluate, looped or looped-own-forward
    channels_last: bool = False
    compiled: bool = False
    bf16: bool = False


Configuration = Union[Brhost, Start, Torch]


def batch_key(batch: int) -> str:
    """The key of the training step at this batch size."""
    return "brhost/erm" if batch == BATCH else f"brhost/batch-{batch}"


TRAINING = [
    Brhost("brhost/erm", "brhost"),
    Torch("torch/nchw", "PyTorch, default (NCHW)"),
    Torch("torch/channels_last", "PyTorch, channels_last", channels_last=True),
    Torch("torch/compile", "PyTorch, torch.compile", compiled=True),
    Torch("torch/compile-channels_last", "PyTorch, torch.compile, channels_last", channels_last=True, compiled=True),
    Torch("torch/bf16", "PyTorch, bf16 autocast", bf16=True),
    Torch("torch/bf16-channels_last", "PyTorch, bf16 autocast, channels_last", channels_last=True, bf16=True),
]
REWEIGHTING = [
    Brhost("brhost/gamma-threshold", "brhost, gamma-threshold, `layer`", strategy="gamma-threshold"),
    Brhost("brhost/network", "brhost, gamma-threshold, `network`", strategy="gamma-threshold",
           gradient_source="network"),
    Torch("torch/looped", "PyTorch, looped", task="looped"),
    Torch("torch/looped-own-forward", "PyTorch, looped, own forward pass",
          task="looped-own-forward"),
]
EVALUATION = [
    Torch("torch/eval", "PyTorch, eval mode (NCHW)", task="evaluate"),
    Torch("torch/eval-channels_last", "PyTorch, eval mode, channels_last", task="evaluate", channels_last=True),
]
SCALING = [
    Brhost("brhost/1-thread", "brhost, one thread", threads=1),
    *(Brhost(batch_key(batch), f"brhost, batch {batch}", batch=batch) for batch in BATCHES if batch != BATCH),
    Brhost("brhost/gram-1024", "brhost, gamma-threshold, `layer`, batch 1024", batch=1024,
           strategy="gamma-threshold"),
    Start("brhost/start", "brhost train, until the first step"),
]

# What is compared stands close together: erm between PyTorch's default and gamma-threshold, say.
ALL: list[Configuration] = [
    *REWEIGHTING[2:], *TRAINING[:0:-1], *EVALUATION, TRAINING[0], *REWEIGHTING[:2], *SCALING,
]

FP32 = [c.key for c in TRAINING if isinstance(c, Torch) and not c.bf16]
BF16 = [c.key for c in TRAINING if isinstance(c, Torch) and c.bf16]
EVAL = [c.key for c in EVALUATION]
