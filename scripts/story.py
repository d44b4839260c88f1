"""Renew the excerpt of docs/story.md: the weeks up to the first joint plan of the shown family."""

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from unittest import mock

from colsim import cli

PAGE = Path(__file__).parents[1] / "docs" / "story.md"


def excerpt(page: str) -> str:
    """Return what the page's command prints, from the first week to the first joint plan's."""
    command = re.search(r"^colsim story .*$", page, re.M)
    assert command is not None
    out = io.StringIO()
    with (
        mock.patch.object(sys, "argv", command.group().split()),
        mock.patch.dict(os.environ, {"COLUMNS": "96"}),
        contextlib.redirect_stdout(out),
        contextlib.suppress(SystemExit),
    ):
        cli.main()
    weeks = re.split(r"^(?=Week )", out.getvalue().split("\n\n")[2] + "\n", flags=re.M)[1:]
    planned = next(k for k, week in enumerate(weeks) if "a joint plan:" in " ".join(week.split()))
    return "".join(weeks[: planned + 1])


def renewed(page: str) -> str:
    """Return the page with its excerpt as it is now."""
    head, rest = page.split("```text\n", 1)
    tail = rest.split("```", 1)[1]
    return f"{head}```text\n{excerpt(page)}```{tail}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
