"""Which faults can be planted in a source file: each is one small change of its text.

`kernel` faults suit the compiled kernels, whose names and arrays they know; `statistic` faults
are those and what else goes wrong in plain Python: constants outside of functions, in both
directions, powers, conditions of any form, cases, statements, and means taken for medians.
"""

import ast
import random
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field

FLIPPED = {
    ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<", ast.Eq: "!=", ast.NotEq: "==",
}  # fmt: skip
NUDGED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
TURNED = {
    ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
POWERS = {
    ast.Pow: ("**", "*"), ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "//"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
SYMBOL = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
OTHER = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}
SWAPPED = {
    "csw": "mhsw", "mhsw": "csw", "giver": "taker", "taker": "giver", "asker": "other",
    "first": "second", "second": "first", "bad": "good", "good": "bad", "of_csw": "of_mhsw",
    "of_mhsw": "of_csw", "own": "other", "narrative": "confidence", "confidence": "narrative",
    "tie_trust_cm": "tie_trust_mc", "tie_trust_mc": "tie_trust_cm", "known": "received",
    "received": "known", "known_weight": "known_risk", "known_risk": "known_weight",
    "disclosed": "understood", "severity": "severity0", "severity0": "severity",
    "told_bad": "told_good", "told_good": "told_bad", "open": "lead", "budget": "spent",
    "background": "shared_load", "shared_since": "shared_until", "engagement": "compliance",
    "role_knowledge": "confidence", "orientation": "confidence",
}  # fmt: skip
NAMES = {
    "low": "high", "high": "low", "middle": "low", "better": "worse", "worse": "better",
    "half": "stays", "stays": "half", "mine": "base", "base": "mine", "spread": "within",
    "within": "spread", "paired": "base", "csws": "mhsws", "mhsws": "csws", "CSW": "MHSW",
    "MHSW": "CSW", "csw_teams": "mhsw_teams", "mhsw_teams": "csw_teams", "families": "ties",
    "ties": "posts", "posts": "ties", "_FAMILY": "_POST", "_POST": "_TIE", "_TIE": "_WEEK",
    "_WEEK": "_FAMILY", "authorities": "localities", "localities": "authorities",
    "weeks": "burn_in", "burn_in": "weeks", "a_year": "once", "once": "a_year",
    "strength": "coverage", "coverage": "strength", "JOINT": "ENDED", "ENDED": "CENSORED",
    "CENSORED": "JOINT", "joint": "ended", "ended": "joint", "before": "waiting",
    "waiting": "before", "failed": "missing", "missing": "failed", "values": "series",
    "known": "present", "value": "baseline", "count": "total", "total": "count",
}  # fmt: skip
"""Names of the statistics that are easily taken for each other."""
MISTAKEN = {
    "mean": "sum", "sum": "mean", "median": "mean", "std": "var", "var": "std", "all": "any",
    "any": "all", "argmax": "argmin", "ceil": "floor", "maximum": "minimum",
    "minimum": "maximum", "min": "max", "max": "min", "cumsum": "cumprod", "cumprod": "cumsum",
    "sqrt": "square", "sign": "abs", "logical_and": "logical_or",
}  # fmt: skip
"""What statistics are mistaken for."""
DRAWS = re.compile(r"uniform\(|birth_draw\(|u$|place$")
SIDES = {"s": "1 - s", "1 - s": "s", "CSW": "1 - CSW", "MHSW": "1 - MHSW"}
SINGLE = {"clock", "parameters", "derived"}
"""Arrays of one record: another place in them is outside."""
CLAMPS = {"clip01", "clip", "min", "max", "abs"}


@dataclass(frozen=True)
class Mutation:
    """One fault: the text from `start` to `end` of a file becomes `new`."""

    file: str
    line: int
    kind: str
    start: int
    end: int
    old: str
    new: str


@dataclass
class Source:
    """A source file's text, by bytes, as Python's syntax tree counts them."""

    file: str
    raw: bytes
    lines: list[int] = field(default_factory=lambda: [0])
    """Where each line begins."""

    def __post_init__(self) -> None:
        """Find where the lines begin."""
        for line in self.raw.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def begin(self, node: ast.AST) -> int:
        """Return where a node begins."""
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.AST) -> int:
        """Return where a node ends."""
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.AST) -> str:
        """Return a node's text."""
        return self.raw[self.begin(node) : self.end(node)].decode()

    def change(self, kind: str, start: int, end: int, new: str) -> Mutation:
        """Return the fault that puts a text in the place of another."""
        old = self.raw[start:end].decode()
        return Mutation(self.file, bisect(self.lines, start), kind, start, end, old, new)

    def whole(self, node: ast.AST, kind: str, new: str) -> Mutation:
        """Return the fault that puts a text in the place of a node."""
        return self.change(kind, self.begin(node), self.end(node), new)

    def between(
        self, kind: str, left: ast.AST, right: ast.AST, old: str, new: str
    ) -> Iterator[Mutation]:
        """Give the fault that changes the sign between two nodes."""
        start = self.end(left)
        sign = rf"(?<![<>=!*/\w]){re.escape(old)}(?![<>=*/\w])".encode()
        found = re.search(sign, self.raw[start : self.begin(right)])
        if found:
            at = start + found.start()
            yield self.change(kind, at, at + len(old), new)


def kernel_faults(source: Source, node: ast.AST) -> Iterator[Mutation]:
    """Give the faults of one node, as they are planted in kernels."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _compared(source, node)
    elif isinstance(node, ast.BinOp) and type(node.op) in OTHER:
        old, new = SYMBOL[type(node.op)], OTHER[type(node.op)]
        kind = "sign turned" if old in "+-" else "product turned"
        yield from source.between(kind, node.left, node.right, old, new)
    elif isinstance(node, ast.AugAssign) and type(node.op) in (ast.Add, ast.Sub):
        old, new = ("+=", "-=") if isinstance(node.op, ast.Add) else ("-=", "+=")
        yield from source.between("sign turned", node.target, node.value, old, new)
        yield source.whole(node, "statement dropped", "pass")
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        yield source.whole(node, "statement dropped", "pass")
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _called(source, node)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = node.value
        new = value + 1 if isinstance(value, int) else (value * 1.1 if value else 0.1)
        yield source.whole(node, "constant changed", repr(new))
    elif isinstance(node, ast.Attribute) and node.attr in SWAPPED:
        end = source.end(node)
        yield source.change("name swapped", end - len(node.attr), end, SWAPPED[node.attr])
    elif isinstance(node, ast.Name) and node.id in SWAPPED:
        yield source.whole(node, "name swapped", SWAPPED[node.id])
    if isinstance(node, ast.Subscript) and not _is_single(node):
        other = SIDES.get(source.text(node.slice))
        if other:
            yield source.whole(node.slice, "side swapped", other)
    if isinstance(node, (ast.If, ast.IfExp, ast.While)) and isinstance(
        node.test, (ast.Name, ast.Attribute)
    ):
        yield source.whole(node.test, "condition turned", f"(not {source.text(node.test)})")


def _compared(source: Source, node: ast.Compare) -> Iterator[Mutation]:
    op, right = type(node.ops[0]), node.comparators[0]
    if op in FLIPPED:
        yield from source.between("comparison turned", node.left, right, SYMBOL[op], FLIPPED[op])
    # A draw equals a bound once in 2**53: moving the bound would be no fault.
    if op in NUDGED and not DRAWS.match(source.text(node.left)):
        yield from source.between("bound moved", node.left, right, SYMBOL[op], NUDGED[op])


def _called(source: Source, node: ast.Call) -> Iterator[Mutation]:
    if node.func.id in CLAMPS and node.args:
        inner = next(a for a in node.args if not isinstance(a, ast.Constant))
        yield source.whole(node, "clamp dropped", f"({source.text(inner)})")
    elif node.func.id == "range":
        *start, stop = node.args[:2]
        yield source.whole(stop, "range cut", f"({source.text(stop)}) - 1")
        if start:
            yield source.whole(start[0], "range cut", f"({source.text(start[0])}) + 1")


def _is_single(node: ast.Subscript) -> bool:
    return isinstance(node.value, ast.Attribute) and node.value.attr in SINGLE


def statistic_faults(source: Source, node: ast.AST) -> Iterator[Mutation]:
    """Give the faults of one node, as they are planted in plain Python."""
    yield from kernel_faults(source, node)
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in TURNED:
            old, new = TURNED[type(op)]
            yield from source.between("comparison turned", left, right, old, new)
        case ast.Compare(ops=[_, _]):
            yield from _chained(source, node)
        case ast.BinOp(left=left, right=right, op=op) if type(op) in POWERS:
            old, new = POWERS[type(op)]
            at = source.end(left) + source.raw[source.end(left) : source.begin(right)].index(
                old.encode()
            )
            yield source.change("product turned", at, at + len(old), new)
        case ast.BoolOp(values=[first, *others]):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip([first, *others], others, strict=False):
                yield from source.between("condition turned", left, right, old, new)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield source.whole(node, "sign turned", f"({source.text(operand)})")
        case ast.Constant(value=bool(value)):
            yield source.whole(node, "constant changed", repr(not value))
        case ast.Constant(value=int(value)):
            yield source.whole(node, "constant changed", repr(value - 1))
        case ast.Constant(value=float(value)):
            yield source.whole(node, "constant changed", repr(value * 0.9 if value else -0.1))
        case ast.Attribute(attr=name) if name in NAMES | MISTAKEN:
            end = source.end(node)
            kind = "statistic mistaken" if name in MISTAKEN else "name swapped"
            yield source.change(kind, end - len(name), end, (NAMES | MISTAKEN)[name])
        case ast.Name(id=name) if name in NAMES and isinstance(node.ctx, ast.Load):
            yield source.whole(node, "name swapped", NAMES[name])
        case ast.Call(func=ast.Attribute(attr="maximum" | "minimum"), args=[one, other]):
            inner = other if isinstance(one, ast.Constant) else one
            yield source.whole(node, "clamp dropped", f"({source.text(inner)})")
        case ast.match_case(pattern=ast.MatchOr(patterns=patterns)):
            for dropped in patterns:
                kept = [source.text(one) for one in patterns if one is not dropped]
                yield source.whole(node.pattern, "case dropped", " | ".join(kept))
        case ast.match_case(guard=None):
            text = source.text(node.pattern)
            yield source.whole(node.pattern, "case dropped", f"{text} if False")
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Assign(targets=[ast.Subscript()]):
            yield source.whole(node, "statement dropped", "pass")
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.comprehension(ifs=[test]) if not (
            isinstance(test, (ast.Compare, ast.Name, ast.Attribute))
        ):
            yield source.whole(test, "condition turned", f"(not ({source.text(test)}))")


def _chained(source: Source, node: ast.Compare) -> Iterator[Mutation]:
    nodes = [node.left, *node.comparators]
    for left, right, op in zip(nodes, nodes[1:], node.ops, strict=False):
        if type(op) in NUDGED:
            old, new = SYMBOL[type(op)], NUDGED[type(op)]
            yield from source.between("bound moved", left, right, old, new)


def _looked_at(tree: ast.Module, *, plain: bool) -> Iterator[ast.AST]:
    """Give the nodes in which faults are planted: what functions do, and the numbers they know.

    Those are a module's constants; in plain Python also those of classes, and defaults. Names,
    annotations and decorators are not among them.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                if not isinstance(statement, ast.Expr) or isinstance(statement.value, ast.Call):
                    yield from _below(statement)
            if plain:
                for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                    yield from ast.walk(default)
        elif isinstance(node, ast.Module) or (plain and isinstance(node, ast.ClassDef)):
            for statement in node.body:
                if isinstance(statement, ast.Assign) or (
                    plain and isinstance(statement, ast.AnnAssign) and statement.value
                ):
                    known = ast.walk(statement.value)
                    yield from (n for n in known if plain or isinstance(n, ast.Constant))


def _is_note(node: ast.AST) -> bool:
    """Return whether this is done for notes alone, which no rule reads (`colsim/core/notes.py`)."""
    done = node.test if isinstance(node, ast.If) else getattr(node, "value", None)
    if not isinstance(done, ast.Call) or not isinstance(done.func, ast.Name):
        return False
    return done.func.id.removeprefix("_").startswith(("note", "close_phase", "rarely"))


def _below(statement: ast.AST) -> Iterator[ast.AST]:
    """Give a node and all below it but annotations and notes."""
    if _is_note(statement):
        return
    yield statement
    for name, value in ast.iter_fields(statement):
        if name != "annotation":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _below(child)


def candidates(file: str, source: str, *, plain: bool = False) -> list[Mutation]:
    """Return every fault that can be planted in a file, in the order of the source."""
    read = Source(file, source.encode())
    tree = ast.parse(source)
    outside = {
        node.slice
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and _is_single(node)
    }
    faults = statistic_faults if plain else kernel_faults
    found = [
        mutation
        for node in _looked_at(tree, plain=plain)
        if node not in outside
        for mutation in faults(read, node)
        if mutation.old != mutation.new
    ]
    return sorted(
        {(m.start, m.kind, m.new): m for m in found}.values(),
        key=lambda m: (m.start, m.kind, m.new),
    )


def mutate(source: str, mutation: Mutation) -> str:
    """Return the source with one fault in it."""
    raw = source.encode()
    return (raw[: mutation.start] + mutation.new.encode() + raw[mutation.end :]).decode()


def choose(
    file: str, source: str, *, each: int | None, seed: int, plain: bool = False
) -> list[Mutation]:
    """Return `each` faults of a file, of as many kinds as there are; all if None.

    A name that the file does not have would fail at once, for no merit of any test: left out.
    """
    chance = random.Random(f"{seed} {file}")
    by_kind: dict[str, list[Mutation]] = {}
    for mutation in candidates(file, source, plain=plain):
        if mutation.kind != "name swapped" or re.search(rf"\b{mutation.new}\b", source):
            by_kind.setdefault(mutation.kind, []).append(mutation)
    for found in by_kind.values():
        chance.shuffle(found)
    kinds = sorted(by_kind)
    chance.shuffle(kinds)
    chosen: list[Mutation] = []
    each = sum(map(len, by_kind.values())) if each is None else each
    while len(chosen) < each and any(by_kind.values()):
        for kind in kinds:
            if by_kind[kind] and len(chosen) < each:
                chosen.append(by_kind[kind].pop())
    return sorted(chosen, key=lambda m: m.start)
