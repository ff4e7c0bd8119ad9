"""PyTorch's side: one worker process for each configuration, asked for a few steps at a time."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from configurations import BATCH, GAMMA, TEMPERATURE, THREADS, Torch
from measurements import MeasurementError, Visit

WARM_UP = 3
READY_SECONDS = 900  # torch.compile takes a minute or two
ANSWER_SECONDS = 600


class Worker:
    """A process that runs one configuration of PyTorch."""

    def __init__(self, python: Path, configuration: Torch) -> None:
        """Starts the process and waits until it is warm."""
        settings = asdict(configuration) | {
            "batch": BATCH, "threads": THREADS, "warmup": WARM_UP, "gamma": GAMMA, "temperature": TEMPERATURE}
        script = Path(__file__).with_name("torch_worker.py")
        environment = os.environ | {
            "TORCHINDUCTOR_CACHE_DIR": str(python.parent.parent / "inductor"),
            "TORCHINDUCTOR_COMPILE_THREADS": "1",  # no pool of compilers stays behind
        }
        self.configuration = configuration
        self.log = tempfile.TemporaryFile()
        self.unread = b""
        self.process = subprocess.Popen(
            [python, script, json.dumps(settings)], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log)
        try:
            self.version: str = self.answer(READY_SECONDS)["torch"]
        except BaseException:
            self.close()
            raise

    def visit(self, steps: int) -> Visit:
        """Runs `steps` steps and one before them that is not counted."""
        try:
            self.process.stdin.write(json.dumps({"steps": steps}).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # answer() finds out why
        answer = self.answer(ANSWER_SECONDS)
        return Visit(
            milliseconds=tuple(answer["ms"]), peak_memory=answer["peak_memory"],
            baseline_memory=answer["baseline_memory"])

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next line that the process writes."""
        deadline = time.monotonic() + seconds
        output = self.process.stdout.fileno()
        while b"\n" not in self.unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise MeasurementError(f"no answer within {seconds} s")
            received = os.read(output, 1 << 16)
            if not received:
                raise MeasurementError(f"PyTorch's process ended (status {self.process.wait()}): {self.last_words()}")
            self.unread += received
        line, _, self.unread = self.unread.partition(b"\n")
        answer = json.loads(line)
        if "error" in answer:
            raise MeasurementError(" ".join(answer["error"].split())[:300])
        return answer

    def last_words(self) -> str:
        """The last line on standard error."""
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()
