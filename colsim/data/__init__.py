"""The tables of the model, kept as data beside the code: one TOML file each.

This is the only place that knows where they lie and how they are written; whoever needs a table
asks for its rows by name. `rows` turns them into objects of typed classes.
"""

import marshal
import sys
from contextlib import suppress
from hashlib import blake2b
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def path_of(table: str) -> Path:
    """Return where a table lies.

    >>> path_of("parameters").name
    'parameters.toml'
    """
    return FOLDER / f"{table}.toml"


def read(table: str) -> dict[str, Any]:
    """Return a table as plain data, in the order in which it is written.

    What has been read once is kept beside compiled Python, as reading TOML takes longer than
    everything else that is done with a table.

    Raises:
        OSError: there is no such table.
        tomllib.TOMLDecodeError: it is no TOML.
    """
    source = path_of(table)
    text = source.read_bytes()
    stamp = blake2b(text, digest_size=16).digest()
    kept = Path(cache_from_source(str(source)))
    with suppress(OSError, ValueError, EOFError, TypeError):
        found = kept.read_bytes()
        if found.startswith(stamp):
            data: dict[str, Any] = marshal.loads(found[len(stamp) :])
            return data
    import tomllib  # wanted once for each edition of a table

    data = tomllib.loads(text.decode("utf-8"))
    if not sys.dont_write_bytecode:
        _keep(kept, stamp + marshal.dumps(data))
    return data


def _keep(path: Path, content: bytes) -> None:
    """Write what was read, whole or not at all; where nothing can be written, it is read again."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{id(content):x}")
        part.write_bytes(content)
        part.replace(path)
