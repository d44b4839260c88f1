"""A hash of what sources do, whatever they say: code and numbers, not prose.

Comments, docstrings, messages of errors, layout and type annotations may change without moving it:
a string with a space in it is prose, unless a decorator takes it for the types of a kernel. So may
what tables say for people (meaning, unit, evidence). Everything else counts, the order of rows too.
"""

import ast
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

_WORDLESS = {"annotation", "returns", "type_comment", "type_params", "kind"}
"""Fields of the syntax tree that say what is meant, not what is done."""
_SAID = frozenset({
    "title", "help", "description", "definition", "source", "unit", "mark", "group", "item",
    "price_year", "caveat", "reason",
})  # fmt: skip
"""Keys of tables that are there for people."""
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_hash(paths: Iterable[Path]) -> str:
    """Return the hash of files, 16 hexadecimal digits, the same under every Python.

    Args:
        paths: Python, and tables (TOML), in an order that does not depend on the machine.

    Raises:
        OSError: a file cannot be read.
        SyntaxError: a file is no Python.
        ValueError: a file is no TOML.
    """
    digest = blake2b(digest_size=8)
    for path in paths:
        digest.update(path.name.encode() + b"\0")
        code = (table_of if path.suffix == ".toml" else code_of)(path.read_bytes())
        digest.update(code.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def code_of(source: bytes | str) -> str:
    """Return a text that two sources share if and only if they do the same, word for word.

    Raises:
        SyntaxError: it is no Python.
    """
    return "".join(_walk(ast.parse(source), prose=True))


def table_of(source: bytes | str) -> str:
    """Return a text that two tables share if and only if a model is the same with either.

    Raises:
        ValueError: it is no TOML.
    """
    import tomllib  # wanted once for each edition of a table

    text = source.decode("utf-8") if isinstance(source, bytes) else source
    rows = tomllib.loads(text.replace("\r\n", "\n"))
    return _counting(rows)


def _counting(value: object) -> str:
    """Return what counts of a value; a whole number is the same as one with a point."""
    match value:
        case dict():
            kept = {key: _counting(one) for key, one in value.items() if key not in _SAID}
            return f"{{{','.join(f'{key!r}:{one}' for key, one in kept.items())}}}"
        case list():
            return f"[{','.join(map(_counting, value))}]"
        case int() | float() if not isinstance(value, bool):
            return repr(float(value))
    return repr(value)


def _walk(node: object, *, prose: bool) -> Iterator[str]:
    """Yield the parts of a syntax tree that count.

    Written out here, as what `ast.dump` writes differs from one Python to the next.

    Args:
        node: a node, a list of nodes, or what a field of a node holds.
        prose: whether strings with a space in them are prose here.
    """
    if isinstance(node, ast.Constant):
        yield from _constant(node.value, prose)
    elif isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for field, value in ast.iter_fields(node):
            if field in _WORDLESS or value is None or value == []:
                continue
            if field == "body" and isinstance(node, _DOCUMENTED):
                # Also texts that stand below a field and say what it holds.
                value = [one for one in value if not _is_text(one)]
            inside = prose and field != "decorator_list"
            yield f" {field}="
            yield from _walk(value, prose=inside)
        yield ")"
    elif isinstance(node, list):
        for one in node:
            yield from _walk(one, prose=prose)
            yield ","
    else:
        yield repr(node)


def _constant(value: object, prose: bool) -> Iterator[str]:
    if prose and isinstance(value, str) and any(letter.isspace() for letter in value):
        yield "…"
    else:
        yield f"{type(value).__name__} {value!r}"


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
