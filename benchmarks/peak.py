"""The most memory that this process has ever held."""

import re
import sys
from pathlib import Path


def peak() -> float:
    """Return it in MB; NaN where the system does not say.

    What `getrusage` tells on Linux is at least what the process that started this one held when it
    did: there the system is asked for this one alone.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found is not None:
            return int(found[1]) * 1024 / 1e6
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )
