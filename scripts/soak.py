#!/usr/bin/env python3
"""Trains for many steps and watches what the processes take: `make soak STEPS=10000`.

Memory, open descriptors and threads of the program and of its plugins' processes are read from /proc while they work.
Batches are small, so that epochs are long: of each, its row stays in memory and goes into checkpoints. After a warm-up
nothing else may grow: the medians of the second and of the last tenth of the samples are compared. The
exit status is the verdict: 0 where nothing grew.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BRHOST = ".build/release/brhost"
TRAIN = ["train", "--dataset", "digits-lt", "--model", "mlp", "--batch-size", "8", "--log-every", "100"]
STATEFUL = ["--strategy", "gamma-threshold", "--set", "temp=6.4", "--set", "history=mean"]

# What may come on top from the second tenth to the last one.
BOUNDS = {"memory": 2048, "descriptors": 0, "threads": 0}  # KiB, and numbers

PERIOD = 0.05  # seconds from one look to the next
WINDOW = 20  # looks that a tenth must hold, so that a median says something


def cases(steps):
    yield "a strategy with state", STATEFUL, 3 * steps, False
    yield "isolated, recorded, with checkpoints", STATEFUL + ["--isolate", "--checkpoint-every", "steps:100"], steps, True


def children(process):
    found = []
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/children") as file:
            found += [int(word) for word in file.read().split()]
    return found


def look(process):
    """What a process takes now; None once it has ended."""
    try:
        with open(f"/proc/{process}/status") as file:
            status = dict(line.split(":", 1) for line in file if ":" in line)
        if "VmRSS" not in status:
            return None
        return {
            "memory": int(status["VmRSS"].split()[0]),
            "descriptors": len(os.listdir(f"/proc/{process}/fd")),
            "threads": int(status["Threads"]),
        }
    except (OSError, ValueError):
        return None


def prune(folder):
    """Removes recorded steps, so that the disk does not fill."""
    if not os.path.isdir(folder):
        return
    for name in os.listdir(folder):
        if name.startswith("step-"):
            os.remove(os.path.join(folder, name))


def watch(process, trace):
    """The samples of a running program and of each of its children, by what they are called."""
    samples = {}
    while process.poll() is None:
        try:
            watched = [("parent", process.pid)] + [(f"child {c}", c) for c in children(process.pid)]
        except OSError:
            watched = []
        for name, number in watched:
            sample = look(number)
            if sample:
                samples.setdefault(name, []).append(sample)
        if trace:
            prune(trace)
        time.sleep(PERIOD)
    return samples


def growth(samples, what):
    values = [sample[what] for sample in samples]
    tenth = len(values) // 10
    return statistics.median(values[tenth : 2 * tenth]), statistics.median(values[-tenth:])


def complaints(name, samples):
    if len(samples) < 10 * WINDOW:
        # A process that reads a manifest lives for a moment only.
        return [f"{name}: {len(samples)} samples are too few: more STEPS"] if name == "parent" else []
    found = []
    for what, bound in BOUNDS.items():
        early, late = growth(samples, what)
        verdict = "ok" if late - early <= bound else "GROWS"
        unit = " KiB" if what == "memory" else ""
        print(f"  {name:12} {what:12} {early:10.0f}{unit} -> {late:10.0f}{unit}  (+{bound} allowed)  {verdict}")
        if verdict != "ok":
            found.append(f"{name}: {what} from {early:.0f} to {late:.0f}")
    return found


def soak(title, options, steps, is_recorded, folder):
    run, trace = os.path.join(folder, "run"), os.path.join(folder, "trace") if is_recorded else None
    words = [BRHOST] + TRAIN + options + ["--steps", str(steps), "--run-dir", run]
    words += ["--record", trace] if trace else []
    print(f"{title}: {steps} steps", flush=True)
    began = time.monotonic()
    with open(os.path.join(folder, "errors"), "w+") as errors:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors, stdin=subprocess.DEVNULL)
        samples = watch(process, trace)
        errors.seek(0)
        said = errors.read().strip().splitlines()[-3:]
    print(f"  {time.monotonic() - began:.0f} s, {len(samples.get('parent', []))} samples")
    if process.returncode != 0:
        return [f"{title}: status {process.returncode}: {' '.join(said)}"]
    return [f"{title}: {line}" for name in samples for line in complaints(name, samples[name])]


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found = []
    for title, options, count, is_recorded in cases(steps):
        folder = tempfile.mkdtemp(prefix="brhost-soak-")
        try:
            found += soak(title, options, count, is_recorded, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    for line in found:
        print(f"soak: {line}", file=sys.stderr)
    print("make soak: " + ("FAILED" if found else "passed"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
