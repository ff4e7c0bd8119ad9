"""ResNet-32 for 32 × 32 images, in PyTorch (He et al. 2016, §4.2), and the steps that are timed."""

from __future__ import annotations

from typing import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """Two 3 × 3 convolutions; where the size halves, the shortcut subsamples and pads the channels (option A)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride, self.padding = stride, (outputs - inputs) // 2

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.stride != 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.padding, self.padding))
        return F.relu(y + x)


class ResNet32(nn.Module):
    """Three stages of five blocks with 16, 32 and 64 channels; 0.46 million parameters."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = self.stage(16, 16, 1)
        self.layer2 = self.stage(16, 32, 2)
        self.layer3 = self.stage(32, 64, 2)
        self.linear = nn.Linear(64, classes)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)

    @staticmethod
    def stage(inputs: int, outputs: int, stride: int) -> nn.Sequential:
        return nn.Sequential(Block(inputs, outputs, stride), *(Block(outputs, outputs, 1) for _ in range(4)))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


Step = Callable[[Tensor, Tensor], object]


def training_step(model: nn.Module, optimizer: torch.optim.Optimizer, bf16: bool) -> Step:
    """Forward, mean cross-entropy, backward, update."""

    def step(x: Tensor, y: Tensor) -> None:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()

    return step


def looped_step(
    model: nn.Module, last: nn.Linear, optimizer: torch.optim.Optimizer, gamma: float, temperature: float,
    own_forward: bool,
) -> Step:
    """Batch reweighting as one writes it at first: a backward pass into the last layer for each sample.

    The rows of the gradients, scaled to unit length, give the cosines; a sample's p-score is the number of cosines
    from `gamma` on; the weights are softmax(−p / temperature). With `own_forward`, the gradients come from a function
    of model and batch, as the original project describes it: they then take a forward pass of their own.
    """
    parameters = list(last.parameters())

    def gradients(losses: Tensor) -> Tensor:
        """[B] losses to [B, d] gradients of the last layer's weight and bias."""
        rows = []
        for loss in losses:
            weight, bias = torch.autograd.grad(loss, parameters, retain_graph=True)
            rows.append(torch.cat([weight.flatten(), bias]))
        return torch.stack(rows)

    def step(x: Tensor, y: Tensor) -> None:
        losses = F.cross_entropy(model(x), y, reduction="none")
        again = F.cross_entropy(model(x), y, reduction="none") if own_forward else losses
        unit = F.normalize(gradients(again))
        del again
        gram = unit @ unit.T
        scores = torch.stack([(row >= gamma).sum() for row in gram])
        weights = torch.softmax(-scores / temperature, dim=0)
        optimizer.zero_grad(set_to_none=True)
        (losses * weights).sum().backward()
        optimizer.step()

    return step


def evaluation_step(model: nn.Module) -> Step:
    """The forward pass, with running statistics and nothing kept for a backward pass."""
    model.eval()

    @torch.inference_mode()
    def step(x: Tensor, y: Tensor) -> Tensor:
        return model(x)

    return step
