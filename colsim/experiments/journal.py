"""Which chunks were started: what killed the process is among those without an end.

One short line is appended for each start. A chunk that has a start, and neither
a part nor a line that says why not, was running when its process ended. It
may be the cause, so it is halved, and its halves run one at a time, until the
run that ends the process is alone.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

NAME = "journal.txt"
STRIKES = 3
"""Times that a single run may have ended the process before it is given up."""
_WORDS = ("start", "left", "split", "gave-up")


@dataclass(slots=True)
class Journal:
    """The lines of a store's journal, and the way to add one."""

    path: Path
    starts: dict[str, int] = field(default_factory=dict)
    """Name of a chunk to how often it was started and not put back."""
    split: set[str] = field(default_factory=set)
    """Names of chunks that are halved."""
    gave_up: set[str] = field(default_factory=set)
    """Names of single runs that end the process."""
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def read(cls, folder: Path) -> "Journal":
        """Read a journal; a torn last line, or none at all, is fine."""
        journal = cls(folder / NAME)
        try:
            text = journal.path.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            text = ""
        for line in text.splitlines():
            word, _, name = line.partition(" ")
            if word in _WORDS and len(name) == 24:
                journal._note(word, name)
        return journal

    def _note(self, word: str, name: str) -> None:
        if word == "split":
            self.split.add(name)
        elif word == "gave-up":
            self.gave_up.add(name)
        else:
            step = 1 if word == "start" else -1
            self.starts[name] = self.starts.get(name, 0) + step

    def write(self, word: str, name: str) -> None:
        """Add a line: start, left (it ended in order, without a part), split or gave-up.

        Raises:
            OSError: the line cannot be written.
        """
        with self._lock:
            # A line torn by a kill must not swallow the next one.
            with self.path.open("ab") as file:
                torn = file.tell() > 0 and not _ends_a_line(self.path)
                file.write(b"\n" * torn + f"{word} {name}\n".encode("ascii"))
                file.flush()
                if word != "start":
                    os.fsync(file.fileno())
            self._note(word, name)


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
