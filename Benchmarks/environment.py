"""What must be there before anything is measured: PyTorch in a virtual environment, and brhost's release build."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
VENV = FOLDER / ".venv"
REQUIREMENTS = FOLDER / "requirements.txt"


class SetupError(Exception):
    """What is missing, and what to try."""


def pytorch() -> Path:
    """The Python that has PyTorch; installs it on first use (about 200 MB to load, 900 MB on disk)."""
    python = VENV / "bin" / "python"
    if has_pytorch(python):
        return python
    say(f"installing PyTorch into {VENV.relative_to(ROOT)}")
    shutil.rmtree(VENV, ignore_errors=True)
    steps = [
        [sys.executable, "-m", "venv", VENV],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
         "--timeout", "30", "-r", REQUIREMENTS],
    ]
    for step in steps:
        if subprocess.run(step, stdout=sys.stderr).returncode != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            raise SetupError(
                "PyTorch can't be installed (above is what failed).\n"
                "  Try: python3 3.10 or later with its venv module, and a way to the index that "
                f"{REQUIREMENTS.relative_to(ROOT)} names; or measure brhost alone with --only 'brhost/*'.")
    if not has_pytorch(python):
        raise SetupError(f"PyTorch is installed in {VENV.relative_to(ROOT)} but can't be imported.\n"
                         "  Try: remove this folder and start again.")
    return python


def has_pytorch(python: Path) -> bool:
    """Whether this Python has the version of PyTorch that is asked for."""
    wanted = next(line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("torch=="))[7:]
    try:
        result = subprocess.run(
            [python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True)
    except OSError:
        return False
    return result.returncode == 0 and result.stdout.strip() == wanted


def brhost() -> Path:
    """The release build of this checkout."""
    if not shutil.which("swift"):
        raise SetupError("there is no swift on the PATH.\n"
                         "  Try: install it, or name a program that is built with --brhost FILE.")
    say("building brhost")
    if subprocess.run(["swift", "build", "-c", "release"], cwd=ROOT, stdout=sys.stderr).returncode != 0:
        raise SetupError("brhost can't be built (above is why).\n  Try: make build.")
    return ROOT / ".build" / "release" / "brhost"


def say(text: str) -> None:
    print(f"benchmarks: {text}", file=sys.stderr, flush=True)
