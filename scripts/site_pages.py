"""Bring onto the site what stands beside docs/, with its links: used by MkDocs as a hook."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {
    "index.md": "README.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
"""Pages of the site, and where they are written."""
SHOWN = ("notebooks/*.ipynb", "scenarios/**/*.toml", "CITATION.cff")
"""What pages link to as it is."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add pages and files from the root of the repository."""
    for name, source in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, name, content=_from_root(text)))
    for pattern in SHOWN:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links that leave docs/ lead to where the site has it."""
    return re.sub(r"\]\(\.\./", "](", markdown)


def _from_root(text: str) -> str:
    """Return a page of the root, its links as from docs/."""
    return re.sub(r"\]\(docs/", "](", text)
