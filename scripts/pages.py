"""Write every page that is made from the code, or say which are stale.

python scripts/pages.py            what follows from the code and its tables, in a minute
python scripts/pages.py --check    write nothing; exit 1 if a page is stale

Pages whose figures come from many runs are written by `make evidence`.
"""

import argparse
import sys
from pathlib import Path

import assumptions
import reference
import rooms
import screening
import story


def pages() -> dict[Path, str]:
    """Return each page that follows from the code, as it should be; figures of runs are kept."""
    return {
        **reference.pages(),
        assumptions.PAGE: assumptions.page(*assumptions.kept()),
        screening.PAGE: screening.renewed(screening.PAGE.read_text(encoding="utf-8")),
        rooms.PAGE: rooms.renewed(rooms.PAGE.read_text(encoding="utf-8")),
        story.PAGE: story.renewed(story.PAGE.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 if one is stale"
    )
    arguments = parser.parse_args()
    stale = {
        page: text
        for page, text in pages().items()
        if not page.exists() or page.read_text(encoding="utf-8") != text
    }
    for page, text in stale.items():
        if arguments.check:
            print(f"{page.name} is stale: run python scripts/pages.py", file=sys.stderr)
        else:
            page.write_text(text, encoding="utf-8")
            print(f"{page.name} is written anew")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
