"""One configuration of PyTorch in a process of its own: runs as many steps as it is told to, and else sleeps.

Reads one JSON object a line from standard input and answers each with one on standard output; the first line out says
that warm-up, and compilation with it, is over. Started by torch_side.py with the configuration as its argument.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, TextIO

DISTINCT_BATCHES = 16  # enough that the network can't learn them by heart while it is measured


def peak_memory() -> int:
    """The most memory this process has held, in bytes (VmHWM)."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM")


def main() -> None:
    # Answers leave through a copy of standard output; whatever else prints goes to standard error.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        serve(json.loads(sys.argv[1]), answers)
    except Exception as error:  # told to the parent, which decides
        answers.write(json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n")
        raise


def serve(settings: dict[str, Any], answers: TextIO) -> None:
    import torch  # here, so that a missing PyTorch is an answer too

    import torch_model

    torch.set_num_threads(settings["threads"])
    torch.manual_seed(1)
    baseline = peak_memory()

    net = torch_model.ResNet32()
    layout = torch.channels_last if settings["channels_last"] else torch.contiguous_format
    net = net.to(memory_format=layout)
    model = torch.compile(net) if settings["compiled"] else net
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-4)
    size = settings["batch"]
    images = [torch.randn(size, 3, 32, 32).to(memory_format=layout) for _ in range(DISTINCT_BATCHES)]
    labels = [torch.randint(0, 10, (size,)) for _ in range(DISTINCT_BATCHES)]

    task = settings["task"]
    if task == "train":
        step = torch_model.training_step(model, optimizer, settings["bf16"])
    elif task == "evaluate":
        step = torch_model.evaluation_step(model)
    else:
        step = torch_model.looped_step(
            model, net.linear, optimizer, settings["gamma"], settings["temperature"],
            own_forward=task == "looped-own-forward")

    taken = 0

    def milliseconds() -> float:
        nonlocal taken
        x, y = images[taken % DISTINCT_BATCHES], labels[taken % DISTINCT_BATCHES]
        taken += 1
        begin = time.perf_counter()
        step(x, y)
        return (time.perf_counter() - begin) * 1e3

    for _ in range(settings["warmup"]):
        milliseconds()
    answers.write(json.dumps({"ready": True, "torch": torch.__version__}) + "\n")
    for line in sys.stdin:
        milliseconds()  # what others did in the meantime has emptied the caches
        answer = {"ms": [milliseconds() for _ in range(json.loads(line)["steps"])],
                  "peak_memory": peak_memory(), "baseline_memory": baseline}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
