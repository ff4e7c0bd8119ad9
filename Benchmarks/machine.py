"""What the figures depend on: the machine, the commit, the versions."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def processor() -> str:
    """The processor's name as the kernel has it, or the architecture."""
    return cpu_field("model name") or platform.machine()


def features() -> str:
    """The vector extensions that matter here."""
    flags = (cpu_field("flags") or cpu_field("Features") or "").split()
    wanted = ["avx2", "fma", "avx512f", "avx512vl", "avx512_bf16", "amx_bf16", "asimd", "sve", "bf16"]
    return ", ".join(flag for flag in wanted if flag in flags) or "unknown"


def cpu_field(name: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == name:
            return " ".join(value.split())
    return ""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


def caches() -> str:
    """The caches that the first core reaches, with their sizes."""
    found = []
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
        except OSError:
            continue
        found.append(f"L{level}{ {'Data': 'd', 'Instruction': 'i'}.get(kind, '') } {size}")
    return ", ".join(found) or "unknown"


def memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def commit(outputs: list[Path]) -> str:
    """The checkout's commit, and whether files other than `outputs` differ from it."""
    head = git("rev-parse", "--short=12", "HEAD")
    if not head:
        return "unknown"
    excluded = [f":(exclude){path.relative_to(ROOT)}" for path in outputs if path.is_relative_to(ROOT)]
    changes = git("status", "--porcelain", "--", ".", *excluded)
    return f"{head}, with changes that are not committed" if changes else head


def git(*arguments: str) -> str:
    try:
        result = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def system() -> str:
    """The kernel and this Python."""
    release = ".".join(platform.release().split(".")[:2])
    return f"{platform.system()} {release}, Python {platform.python_version()}"


class Load:
    """What the processor did for others since this was made."""

    def __init__(self) -> None:
        self.before = self.now()

    @staticmethod
    def now() -> tuple[float, float, float, float]:
        """Seconds so far: all cores together, of these busy, stolen by the hypervisor, busy for this run."""
        # user, nice, system, idle, iowait, irq, softirq, steal
        ticks = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        seconds = [tick / os.sysconf("SC_CLK_TCK") for tick in ticks]
        own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        total, stolen = sum(seconds), seconds[7]
        busy = total - stolen - seconds[3] - seconds[4]
        return total, busy, stolen, sum(usage.ru_utime + usage.ru_stime for usage in own)

    def shares(self) -> tuple[float, float]:
        """What other programs and the hypervisor took, in percent; children count once they have ended."""
        total, busy, stolen, own = (after - before for after, before in zip(self.now(), self.before))
        return 100 * max(0.0, busy - own) / max(total, 1e-9), 100 * stolen / max(total, 1e-9)
