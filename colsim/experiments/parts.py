"""One part of a result folder: a Parquet file that is whole, or is not there.

A part is written under a temporary name, flushed to the disk and renamed. Its
metadata hold its name and a checksum of its content, so that a part that a
disk or a copy damaged is seen, and computed again.
"""

import io
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from colsim.reporting.files import write_whole

SUFFIX = ".parquet"


class TornPartError(Exception):
    """A part that is not what was written; the message says why."""


def content_checksum(table: pa.Table) -> str:
    """Return a checksum of names, types and values, in their order."""
    digest = blake2b(digest_size=16)
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if pa.types.is_list(column.type):
            digest.update(column.offsets.to_numpy().tobytes())
            column = column.values
        digest.update(f"{name}\0{column.type}\0{len(column)}\0".encode())
        digest.update(column.is_null().to_numpy(zero_copy_only=False).tobytes())
        if pa.types.is_string(column.type):
            for text in column.to_pylist():
                encoded = (text or "").encode()
                digest.update(len(encoded).to_bytes(8, "little") + encoded)
        else:
            if pa.types.is_boolean(column.type):
                column = column.cast(pa.int8())
            filled = column.fill_null(pa.scalar(0, column.type))
            digest.update(filled.to_numpy(zero_copy_only=False).tobytes())
    return digest.hexdigest()


def write_part(path: Path, table: pa.Table) -> None:
    """Write a part so that it is there whole or not at all.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    metadata = {
        b"colsim.part": path.stem.encode(),
        b"colsim.checksum": content_checksum(table).encode(),
    }
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), buffer, compression="zstd")
    write_whole(path, buffer.getvalue())


def read_part(path: Path) -> pa.Table:
    """Return a part's table, its checksum verified.

    Raises:
        TornPartError: it is cut short, damaged, or another part under this name.
    """
    try:
        table = pq.read_table(io.BytesIO(path.read_bytes()))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TornPartError(f"{path} cannot be read ({error})") from error
    metadata = table.schema.metadata or {}
    if metadata.get(b"colsim.part") != path.stem.encode():
        raise TornPartError(f"{path} holds another part")
    if metadata.get(b"colsim.checksum") != content_checksum(table).encode():
        raise TornPartError(f"{path} does not hold what was written")
    return table
