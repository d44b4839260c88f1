"""Small sweeps that several tests use."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = """
title = "Offices and training in a small authority"
base = "desktop"
weeks = 8
worlds = "ranges"
replications = {replications}
measures = ["information_flow", "joint_plan_rate", "contacts"]

[design]
kind = "factorial"

[vary]
levers.co_location.strength = [1.0, 5.0]
levers.joint_training.strength = [0.0, 2.0]
"""
SHORT = 'title = "Short"\nextends = "desktop"\n[run]\nweeks = 4\nburn_in = 8\n'
"""A scenario that is over at once."""


def write(folder, text=TEXT, *, replications=4, name="offices.toml", extra=""):
    path = folder / name
    path.write_text(extra + text.format(replications=replications), encoding="utf-8")
    return path


SCRIPT = """
import sys
from colsim.experiments import chunk, runner, work
from colsim.experiments.sweep import sweep
work.LEAST = {least}
{before}
print(sweep(sys.argv[1], out=sys.argv[2], workers=2).to_dict())
"""


def start(experiment, out, *, least=20_000, before=""):
    """Start a sweep with small chunks in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(least=least, before=before), experiment, out],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def parts(out, kind="runs"):
    return sorted((Path(out) / kind).glob("*.parquet"))


KEYS = {
    "design": ["row"],
    "runs": ["point", "replication"],
    "series": ["point", "replication", "policy_week"],
}


def sorted_table(folder, kind):
    """Return one kind of a sweep's tables, sorted and without timings; None if it has no part."""
    import pyarrow as pa

    from colsim.experiments.manifest import NAME, read_manifest
    from colsim.experiments.parts import read_part
    from colsim.experiments.store import parts_of

    tables = [read_part(p) for p in parts_of(folder, read_manifest(folder / NAME), kind)]
    if not tables:
        return None
    whole = pa.concat_tables([table.replace_schema_metadata(None) for table in tables])
    whole = whole.drop_columns([name for name in ("seconds",) if name in whole.column_names])
    return whole.sort_by([(key, "ascending") for key in KEYS[kind]]).combine_chunks()


def equal(one, other):
    """Tell whether two sweeps hold the same: sorted tables, timings aside."""
    pairs = [(sorted_table(one, kind), sorted_table(other, kind)) for kind in KEYS]
    return all(
        mine is theirs or (mine is not None and theirs is not None and mine.equals(theirs))
        for mine, theirs in pairs
    )
