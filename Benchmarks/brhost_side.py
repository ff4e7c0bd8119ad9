"""brhost's side: `brhost bench` for steps, `brhost train` for how soon the first one is done."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Optional

from configurations import BATCH, GAMMA, MODEL, TEMPERATURE, THREADS, Brhost
from measurements import MeasurementError, Visit

WARM_UP = 2  # steps; one for batches above 128
SECONDS = 600  # for one call


def bench(program: Path, configuration: Brhost, steps: int) -> Visit:
    """Runs `brhost bench` once."""
    command = [
        str(program), "bench", "--json", "--model", MODEL, "--batch-size", str(configuration.batch),
        "--threads", str(configuration.threads), "--strategy", configuration.strategy,
        "--gradient-source", configuration.gradient_source,
        "--warmup", str(WARM_UP if configuration.batch <= BATCH else 1), "--steps", str(configuration.steps(steps)),
    ]
    if configuration.strategy == "gamma-threshold":
        command += ["--set", f"gamma={GAMMA}", "--set", f"temp={TEMPERATURE}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise MeasurementError(f"brhost bench took more than {SECONDS} s") from None
    except OSError as error:
        raise MeasurementError(f"{program} can't be started: {error.strerror}") from None
    if result.returncode != 0:
        raise MeasurementError(f"brhost bench ended with status {result.returncode}: {first_line(result.stderr)}")
    return read(result.stdout)


def read(text: str) -> Visit:
    """The visit that `brhost bench --json` describes."""
    try:
        answer: dict[str, Any] = json.loads(text)
        phases = {name: float(ms) for name, ms in answer["phases_ms"].items()}
        return Visit(
            milliseconds=tuple(float(ms) for ms in answer["step_ms"]["all"]), waiting=phases["data"],
            evaluation=(float(answer["evaluation_ms"]["median"]),), phases=phases,
            peak_memory=int(answer["peak_memory_bytes"] or 0),
            details={key: answer[key] for key in ("version", "instruction_set", "gflops", "peak_gflops")})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MeasurementError(f"brhost bench --json is not as expected: {type(error).__name__} {error}") from None


def start(program: Path, data: Path) -> Visit:
    """Starts `brhost train` on cifar10-lt and waits until its first step is on record; the time of that."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        run = Path(folder) / "run"
        command = [
            program, "train", "--dataset", "cifar10-lt", "--data-dir", data, "--steps", "1",
            "--threads", str(THREADS), "--run-dir", run,
        ]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            took = first_step(process, run / "metrics.jsonl", began)
        finally:
            process.kill()
            process.wait()
        if took is None:
            log.seek(0)
            words = first_line(log.read().decode(errors="replace"))
            raise MeasurementError(
                f"brhost train ended with status {process.returncode} before its first step: {words}")
        return Visit(milliseconds=(took,))


def first_step(process: subprocess.Popen, metrics: Path, began: float) -> Optional[float]:
    """Milliseconds from `began` until `metrics` has a step; None if the process ends before."""
    while time.perf_counter() - began < SECONDS:
        has_ended = process.poll() is not None
        try:
            if any(json.loads(line)["kind"] == "step" for line in metrics.read_text().splitlines()):
                return (time.perf_counter() - began) * 1e3
        except (OSError, ValueError):
            pass  # not there yet, or only half of the line
        if has_ended:
            return None
        time.sleep(0.002)
    raise MeasurementError(f"brhost train took no step within {SECONDS} s")


def first_line(text: str) -> str:
    """What a program said first, shortened."""
    lines = text.strip().splitlines()
    return lines[0][:300] if lines else "it said nothing"
