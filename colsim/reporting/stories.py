"""Families' stories and lists, written and printed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.reporting.files import write_json
from colsim.reporting.folders import writing
from colsim.reporting.sheets import csv_bytes, harmless

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from colsim.story.census import FamilyLine
    from colsim.story.story import Story


def save_story(
    story: "Story", folder: str | Path, *, source: dict[str, Any], force: bool = False
) -> None:
    """Write story.txt, story.csv, story.json and manifest.json.

    Args:
        story: of one family.
        folder: new, empty, or with a story.
        source: what the manifest says of the run: scenario and seed.
        force: replace a story that the folder holds.

    Raises:
        UserError: the folder cannot be written, or holds something.
    """
    table = story.table()
    for column in ("before", "after"):
        table[column] = [_cell(value) for value in table[column]]
    about = source | {"family": story.family}
    with writing(folder, kind="story", about=about, force=force) as staging:
        (staging / "story.txt").write_text(story.text(), encoding="utf-8")
        (staging / "story.csv").write_bytes(csv_bytes(table))
        write_json(staging / "story.json", story.to_dict())


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    return harmless(value) if isinstance(value, str) else value


def save_list(
    lines: list["FamilyLine"], folder: str | Path, *, source: dict[str, Any], force: bool = False
) -> None:
    """Write families.csv and manifest.json; otherwise like `save_story`.

    Raises:
        UserError: the folder cannot be written, or holds something.
    """
    with writing(folder, kind="families", about=source, force=force) as staging:
        (staging / "families.csv").write_bytes(csv_bytes(list_table(lines)))


def list_table(lines: list["FamilyLine"]) -> "pd.DataFrame":
    """Return the lines of families as a table, one row each."""
    import pandas as pd

    table = pd.DataFrame([line.to_dict() for line in lines])
    if "first_joint" in table:
        table["first_joint"] = table["first_joint"].astype("Int64")
    return table


_HEADS = (
    "Family", "Weeks", ">Shared", ">Con-\ntacts", ">In\nvain", ">Joint", ">Nomi-\nnal", ">Alone",
    ">First\njoint",
)  # fmt: skip


def print_list(lines: list["FamilyLine"], console: "Console") -> None:
    """Print a line for each family."""
    from colsim.reporting.screen import print_table, table_of

    table = table_of(*_HEADS)
    for line in lines:
        first = "" if line.first_joint is None else str(line.first_joint)
        table.add_row(
            line.family, f"{line.first} to {line.last}", str(line.shared), str(line.contacts),
            str(line.in_vain), str(line.joint), str(line.nominal),
            str(line.single_agency + line.one_service), first,
        )  # fmt: skip
    print_table(console, table)
    console.print(
        "\nWeeks count from the start of the policy. Shared: weeks in which both services worked "
        "with the family. Contacts: weeks in which the two lead workers were in contact. Joint, "
        "nominal, alone: plans made; alone means by children's social care without the other. "
        "First joint: week of the first joint plan."
    )
