"""How large the package is: lines of code by room, files over 400 lines, the longest function.

Blank lines, comments and docstrings do not count, nor does the plain model, which says the
same rules again on purpose:

    python scripts/size.py
"""

import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "colsim"
LONGEST_FILE = 400
THIN = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip


def code_lines(text: str) -> int:
    """Return how many lines of `text` hold code: no blank line, comment or docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in THIN:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def functions(path: Path) -> list[tuple[int, str]]:
    """Return the length in lines and the name of each function of a file."""
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path.stem}.{node.name}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]


def main() -> None:
    """Print the size of each room, of the whole, and what is too long."""
    rooms: Counter[str] = Counter()
    long: list[tuple[int, str]] = []
    lengths: list[tuple[int, str]] = []
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "plain" not in path.parts]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        inside = path.relative_to(PACKAGE)
        rooms[inside.parts[0] if len(inside.parts) > 1 else "(top)"] += code_lines(text)
        lengths += functions(path)
        if (lines := text.count("\n")) > LONGEST_FILE:
            long.append((lines, str(inside)))
    for room, lines in rooms.most_common():
        print(f"{lines:7,}  {room}")
    print(f"{rooms.total():7,}  lines of code in {len(paths)} modules")
    print(f"longest function: {max(lengths)[1]}, {max(lengths)[0]} lines")
    print(f"files over {LONGEST_FILE} lines: {len(long)}")
    for lines, name in sorted(long, reverse=True):
        print(f"{lines:7,}  {name}")


if __name__ == "__main__":
    main()
