"""What was compared before is answered at once: whoever asks the same again does not wait.

A room that opens one link asks one question thirty times. Results are held for all visitors, and
those of authorities and policies that come with colsim are kept between starts, too; what visitors
open is in neither. Another version of the code or other worlds make another question.
"""

import hashlib
import json
import os
import pickle
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from colsim.comparison.comparison import Comparison
from colsim.core.kernel_folder import roots
from colsim.dashboard.drafts import EDITED
from colsim.experiments.banks import chosen_worlds
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.shipped import preset_files

MOST_HELD = 20
"""Results in memory; a few megabytes each at most."""
MOST_KEPT = 40
"""Results in the folder."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: scenarios, the first of them the baseline, in so many worlds."""

    scenarios: tuple[LoadedScenario, ...]
    worlds: int
    seed: int
    changes: tuple[str, ...] = ()
    """Under which all is lived once more, as typed."""

    @property
    def shipped(self) -> bool:
        """Whether all of it comes with colsim."""
        return not self.private and all(EDITED not in one.chain for one in self.scenarios)

    @property
    def private(self) -> bool:
        """Whether there is a file or a staff list in it that somebody opened."""
        known = {EDITED, *(f"preset {name}" for name in preset_files())}
        return any(
            one.scenario.organisation.practitioners or not set(one.chain) <= known
            for one in self.scenarios
        )

    def key(self) -> str:
        """Return what tells it from every other question."""
        chosen = chosen_worlds(None, self.scenarios[0], fixed_parameters=False)
        worlds = chosen.worlds
        drawn = None if worlds is None else [worlds.kind, worlds.name, repr(worlds.seeds)]
        asked = [
            [one.name, one.authority, one.chain, one.scenario.model_dump(mode="json")]
            for one in self.scenarios
        ]
        text = json.dumps(
            [_code(), drawn, chosen.note, self.worlds, self.seed, self.changes, asked]
        )
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the package: a result is no older than the code that made it."""
    found = hashlib.blake2b(digest_size=16)
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".toml", ".csv"):
            found.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def folder() -> Path | None:
    """Return where results are kept between starts; None if nowhere."""
    for root in roots():
        place = root / "answers"
        if os.access(next(p for p in (place, *place.parents) if p.exists()), os.W_OK):
            return place
    return None


@dataclass(slots=True)
class Answers:
    """Results that are known, the last asked for at the end."""

    place: Path | None = None
    _held: "OrderedDict[str, Comparison]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, asked: Asked) -> Comparison | None:
        """Return the result of a question; None if it was not asked before."""
        if asked.private:
            return None
        key = asked.key()
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = self._read(key) if asked.shipped else None
        if found is not None:
            self._hold(key, found)
        return found

    def keep(self, asked: Asked, result: Comparison) -> None:
        """Note a result for whoever asks the same."""
        if asked.private:
            return
        key = asked.key()
        self._hold(key, result)
        if asked.shipped and self.place is not None:
            with suppress(OSError):  # no room, or not allowed: it is lived again next time
                _write(self.place, key, result)

    def _hold(self, key: str, result: Comparison) -> None:
        with self._lock:
            self._held[key] = result
            self._held.move_to_end(key)
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)

    def _read(self, key: str) -> Comparison | None:
        if self.place is None:
            return None
        try:
            found = pickle.loads((self.place / key).read_bytes())
        except Exception:  # torn, or of a library's other version: it is lived again
            return None
        return found if isinstance(found, Comparison) else None


def _write(place: Path, key: str, result: Comparison) -> None:
    """Write a result, whole or not at all; the oldest give way."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("wb", dir=place, delete=False) as file:
        file.write(pickle.dumps(result))
    Path(file.name).replace(place / key)
    kept: Sequence[Path] = sorted(place.iterdir(), key=lambda one: one.stat().st_mtime)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


ANSWERS = Answers(folder())
"""Those of this server."""
