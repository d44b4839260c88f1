"""Read a sweep's folder: frames, SQL, and files for R and spreadsheets.

A sweep may be running in the folder: what is finished is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.core.measures import RANGE
from colsim.errors import UserError
from colsim.experiments.manifest import NAME, Manifest, read_manifest
from colsim.experiments.parts import read_part
from colsim.experiments.store import KINDS, parts_of
from colsim.reporting.sheets import check_ending, write_frame

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

TABLES = ("summary", *KINDS)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a sweep, as far as they are there; from `colsim.open_results`."""

    folder: Path
    manifest: Manifest

    def design(self) -> "pd.DataFrame":
        """Return the points: number, id, label, error, yearly cost, and what each key is given."""
        return self.sql('SELECT * FROM design ORDER BY "row"')

    def runs(self) -> "pd.DataFrame":
        """Return a row for each run: point, replication, world, seeds, error, measures."""
        return self.sql("SELECT * FROM runs ORDER BY point, replication")

    def series(self, *, whole: bool = False) -> "pd.DataFrame":
        """Return the weekly series that the experiment asked for.

        Args:
            whole: a row for each run and week, with a column for each measure;
                otherwise a row for each point, week and measure with mean,
                median and the range of 9 in 10 runs, computed without holding
                the runs in memory.

        Raises:
            UserError: the experiment asked for no series.
        """
        names = self.manifest.experiment.series
        if not names:
            raise UserError(
                f"{self.folder}: found a sweep without series; allowed: one whose experiment names "
                "the measures whose series it keeps"
            )
        if whole:
            return self.sql("SELECT * FROM series ORDER BY point, replication, policy_week")
        return self.sql(_summary_of("series", names, ("point", "policy_week")))

    def summary(self) -> "pd.DataFrame":
        """Return a row for each point and measure: runs with a value, mean, median, range."""
        return self.sql(
            'SELECT d."row", d.label, s.* FROM design d JOIN ('
            + _summary_of("runs", self.manifest.experiment.kept, ("point",))
            + ') s USING (point) ORDER BY d."row", s.measure'
        )

    def sql(self, query: str) -> "pd.DataFrame":
        """Return what a query finds in the tables design, runs and series.

        The query may only read, and only these tables.

        Raises:
            UserError: it fails, or does something else than read.
        """
        import duckdb

        with self.connect() as connection:
            try:
                statements = connection.extract_statements(query)
                kinds = {statement.type for statement in statements}
                if len(statements) != 1 or not kinds <= {
                    duckdb.StatementType.SELECT,
                    duckdb.StatementType.EXPLAIN,
                }:
                    raise UserError(
                        f"SQL: found {query!r}; allowed: one query that reads, such as "
                        "SELECT label, count(*) FROM runs JOIN design USING (point) GROUP BY label"
                    )
                found: pd.DataFrame = connection.sql(query).to_arrow_table().to_pandas()
                return found
            except duckdb.Error as error:
                raise UserError(f"SQL: {str(error).strip()}") from error

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """Return a DuckDB connection with the tables as views; it reads nothing else.

        Raises:
            UserError: a part was removed while it was looked for.
        """
        import duckdb

        connection = duckdb.connect()
        for kind in KINDS:
            paths = parts_of(self.folder, self.manifest, kind)
            if paths:
                connection.register(kind, _scanned(paths))
            else:
                connection.execute(self._empty(kind))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection

    def _empty(self, kind: str) -> str:
        """Return the statement that makes a table of which no part is there."""
        keys = {
            "design": ("row BIGINT", "point VARCHAR", "label VARCHAR"),
            "runs": (
                "point VARCHAR",
                "replication INTEGER",
                "world INTEGER",
                "world_seed BIGINT",
                "run_seed BIGINT",
                "error VARCHAR",
                "seconds DOUBLE",
            ),
            "series": ("point VARCHAR", "replication INTEGER", "policy_week INTEGER"),
        }[kind]
        measures = {
            "design": (),
            "runs": self.manifest.experiment.kept,
            "series": self.manifest.experiment.series,
        }[kind]
        return f"CREATE TABLE {kind} ({', '.join((*keys, *(f'"{m}" DOUBLE' for m in measures)))})"

    def export(self, path: str | Path, *, table: str = "summary", force: bool = False) -> None:
        """Write a table to a file whose ending says how: .csv, .xlsx or .parquet (for R).

        Args:
            path: the file.
            table: summary, design, runs or series (whole).
            force: replace a file that is there.

        Raises:
            UserError: no such table or ending, more rows than a sheet holds, or
                the file is there or cannot be written.
        """
        if table not in TABLES:
            raise UserError(f"table: found {table!r}; allowed: {', '.join(TABLES)}")
        check_ending(Path(path))
        frame = self.series(whole=True) if table == "series" else getattr(self, table)()
        write_frame(frame, path, force=force)


def _scanned(paths: Sequence[Path]) -> Any:
    """Return what DuckDB scans as a table: parts, named one by one.

    Left to itself, DuckDB takes `key=value` in a path for a column, and brackets, stars and
    question marks for patterns.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds

    try:
        names = [str(path.resolve()).encode().decode() for path in paths]
    except UnicodeEncodeError:  # a path that is no Unicode, which Arrow cannot name
        return pa.concat_tables([read_part(path).replace_schema_metadata(None) for path in paths])
    return ds.dataset(names, format="parquet", partitioning=None)


def open_results(folder: str | Path) -> Results:
    """Open the folder of a sweep, finished or not.

    Raises:
        UserError: it is not the folder of a sweep, or its manifest is torn.

    Example:
        See `colsim.sweep`, which makes one.
    """
    folder = Path(folder)
    return Results(folder, read_manifest(folder / NAME))


def _summary_of(table: str, measures: Sequence[str], keys: Sequence[str]) -> str:
    """Return the query that sums up a table's measures for each combination of keys."""
    columns = ", ".join(f'"{name}"' for name in measures)
    by = ", ".join(keys)
    low, high = RANGE
    return (
        f"SELECT {by}, measure, count(*) AS runs, avg(value) AS mean, "
        f"quantile_cont(value, {low}) AS low, median(value) AS median, "
        f"quantile_cont(value, {high}) AS high "
        f"FROM (UNPIVOT (SELECT {by}, {columns} FROM {table}) "
        f"ON {columns} INTO NAME measure VALUE value) "
        f"GROUP BY ALL ORDER BY {by}, measure"
    )
