"""Measures brhost beside PyTorch on this machine, alternating in one run, and writes RESULTS.md and a picture."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path

import brhost_side
import environment
import machine
import report
from bars import bars
from configurations import ALL, Brhost, Configuration, Start, Torch
from environment import say
from measurements import MeasurementError, Measurements, Visit
from torch_side import Worker

SETTLE_SECONDS = 0.1  # lets threads that wait for more work go to sleep


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run", description=__doc__, epilog="Keys: " + ", ".join(c.key for c in ALL) + ".")
    parser.add_argument("--rounds", type=positive, default=9, metavar="COUNT", help="rounds (default: %(default)s)")
    parser.add_argument("--steps", type=positive, default=4, metavar="COUNT",
                        help="steps of each configuration in a round (default: %(default)s)")
    parser.add_argument("--only", action="append", type=pattern, metavar="KEY",
                        help="measure only these configurations, such as 'brhost/*'; repeatable")
    parser.add_argument("--data", type=folder, metavar="DIR",
                        help="where cifar10-lt_train.npz is; without it the start of `train` is left out")
    parser.add_argument("--output", type=writable, default=environment.FOLDER / "RESULTS.md", metavar="FILE",
                        help="the report; its picture goes beside it (default: Benchmarks/RESULTS.md)")
    parser.add_argument("--brhost", type=executable, metavar="FILE",
                        help="a program to measure instead of building one")
    return parser.parse_args()


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not at least 1")
    return value


def pattern(text: str) -> str:
    if not any(fnmatchcase(c.key, text) for c in ALL):
        raise argparse.ArgumentTypeError(f"no configuration is called '{text}' (--help lists them)")
    return text


def folder(text: str) -> Path:
    path = Path(text).resolve()
    if not (path / "cifar10-lt_train.npz").is_file():
        raise argparse.ArgumentTypeError(f"there is no cifar10-lt_train.npz in '{text}'")
    return path


def writable(text: str) -> Path:
    path = Path(text).resolve()
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"'{text}' can't be written")
    return path


def executable(text: str) -> Path:
    path = Path(text).resolve()
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise argparse.ArgumentTypeError(f"'{text}' is no program")
    return path


def main() -> int:
    """Measures; the status is 0 where everything asked for could be measured, whether or not a bar is met."""
    options = arguments()
    chosen = [c for c in ALL if not options.only or any(fnmatchcase(c.key, key) for key in options.only)]
    if not options.data:
        chosen = [c for c in chosen if not isinstance(c, Start)]
        say("without --data the start of train is not measured")
    program = options.brhost or environment.brhost()
    has_torch = any(isinstance(c, Torch) for c in chosen)
    python = environment.pytorch() if has_torch else None

    m = Measurements()
    load = machine.Load()
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for c in chosen:
            if isinstance(c, Torch):
                say(f"warming up {c.key}")
                try:
                    workers[c.key] = Worker(python, c)
                    stack.callback(workers[c.key].close)
                except MeasurementError as error:
                    fail(m, c, error)

        def visit(c: Configuration) -> Visit:
            if isinstance(c, Torch):
                return workers[c.key].visit(options.steps)
            if isinstance(c, Brhost):
                return brhost_side.bench(program, c, options.steps)
            return brhost_side.start(program, options.data)

        for round in range(options.rounds):
            say(f"round {round + 1} of {options.rounds}")
            for c in order(chosen, round, options.rounds):
                if c.key in m.failures:
                    continue
                time.sleep(SETTLE_SECONDS)
                try:
                    m.add(c.key, round, visit(c))
                except MeasurementError as error:
                    fail(m, c, error)
        versions = {worker.version for worker in workers.values()}

    write(options, m, ", ".join(sorted(versions)) or "not measured", load)
    return 1 if m.failures else 0


def order(chosen: list[Configuration], round: int, rounds: int) -> list[Configuration]:
    """The order of this round: it begins further on each time, and every other round goes backwards."""
    shift = round * len(chosen) // rounds
    rotated = chosen[shift:] + chosen[:shift]
    return rotated[::-1] if round % 2 else rotated


def fail(m: Measurements, c: Configuration, error: MeasurementError) -> None:
    m.fail(c.key, str(error))
    say(f"{c.key}: {error}")


def write(options: argparse.Namespace, m: Measurements, pytorch: str, load: machine.Load) -> None:
    """Writes report and picture, and prints the bars."""
    output: Path = options.output
    picture = output.with_name(output.stem.lower() + ".svg")
    others, stolen = load.shares()
    about = report.Circumstances(
        command=command(options), date=datetime.date.today().isoformat(), commit=machine.commit([output, picture]),
        pytorch=pytorch, others=others, stolen=stolen,
        rounds=options.rounds, steps=options.steps, picture=picture.name)
    for path, text in [(picture, report.picture(m)), (output, report.markdown(m, about))]:
        unfinished = path.with_name(path.name + ".tmp")
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    print(report.bar_table(bars(m), about.is_quiet))
    print(f"\n{report.summary(bars(m), about)}", flush=True)
    say(f"wrote {output.name} and {picture.name} into {output.parent}")


def command(options: argparse.Namespace) -> str:
    """The command line, without folders of this machine."""
    words = ["Benchmarks/run", "--rounds", str(options.rounds), "--steps", str(options.steps)]
    for key in options.only or []:
        words += ["--only", f"'{key}'"]
    if options.data:
        words += ["--data", "DATA"]
    if options.brhost:
        words += ["--brhost", "FILE"]
    return " ".join(words)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except environment.SetupError as error:
        sys.exit(f"benchmarks: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
