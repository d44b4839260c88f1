"""What this process may use of the machine: processors and memory.

A batch system, a container or `taskset` gives a process less than the machine has.
"""

import os
import sys
from pathlib import Path

from colsim.errors import UserError

_MOST_WORKERS = 1000
GROUPS = Path("/sys/fs/cgroup")
"""Where Linux says what a control group may use; a container sees its own."""
MEMBER = Path("/proc/self/cgroup")


def worker_faults(workers: object, place: str = "workers") -> list[str]:
    """Return what is wrong with a number of workers; a crew that is there has none."""
    if not isinstance(workers, int) or 1 <= workers <= _MOST_WORKERS:
        return []
    return [f"{place}: found {workers}; allowed: a whole number from 1 to {_MOST_WORKERS:,}"]


def require_workers(workers: object, place: str = "workers") -> None:
    """Refuse a number of workers that is none.

    Raises:
        UserError: it is out of range.
    """
    if found := worker_faults(workers, place):
        raise UserError(*found)


def processors() -> int:
    """Return the processors that this process may use, at least 1."""
    counts = [_allowed()]
    old = [_text(GROUPS / "cpu" / f"cpu.cfs_{name}_us") for name in ("quota", "period")]
    for quota in (old, *(_text(group / "cpu.max").split() for group in _groups())):
        if len(quota) == 2 and all(part.isdigit() for part in quota) and int(quota[1]) > 0:
            counts.append(-(-int(quota[0]) // int(quota[1])))
    return max(1, min(counts))


def _groups() -> list[Path]:
    """Return the control groups (version 2) that this process is in, the root last."""
    found = [GROUPS]
    for line in _text(MEMBER).splitlines():
        if line.startswith("0::/"):
            own = GROUPS / line[4:]
            found = [own, *(p for p in own.parents if p.is_relative_to(GROUPS))]
    return found


def _allowed() -> int:
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_of_this_machine() -> int | None:
    """Return the bytes of memory that this process may use; None where the system does not tell."""
    found = []
    try:
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None
    places = [group / "memory.max" for group in _groups()]
    for place in (*places, GROUPS / "memory" / "memory.limit_in_bytes"):
        limit = _text(place)
        if limit.isdigit():
            found.append(int(limit))
    return min(found)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
