"""Wrong use of a command line: every fault of it at once, in the words of all other faults."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from colsim.errors import UserError, nearest, refusal

_NUMBERS = {"int": "a whole number, such as 12", "float": "a number, such as 0.5 or 300000"}
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_DASHES = "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_LINE = "command line"
_TOLD = "colsim.wrong_use"
_of_line: list[UserError] = []
"""What is wrong with the command line whose other faults are being looked for."""


def faults_of_line() -> list[UserError]:
    """Return what is wrong with the command line itself, to be told with all other faults."""
    return list(_of_line)


class WrongUseError(UserError):
    """Faults of one command line."""

    def __init__(self, found: Sequence[tuple[str, str, str, str | None]]) -> None:
        super().__init__(
            "\n".join(
                f"{place}: {refusal(what, allowed, near)}" for place, what, allowed, near in found
            )
        )
        self._found = found

    @property
    def faults(self) -> tuple[Any, ...]:  # type: ignore[override]
        """What is wrong, one by one."""
        from colsim.scenario.faults import Fault

        return tuple(
            Fault(_LINE, "" if place == _LINE else place, what, allowed, near)
            for place, what, allowed, near in self._found
        )


def _is_refusal(error: Exception) -> bool:
    """Return whether Typer refuses a use; help that nobody asked for is one to it, too."""
    return hasattr(error, "format_message") and type(error).__name__ != "NoArgsIsHelpError"


class Command(TyperCommand):
    """A command that names all that is wrong with its line at once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line.

        Raises:
            UserError: it is wrong; but where the command looks for other faults first.
        """
        line = list(args)
        try:
            _refuse_dashes(line, _options(self, ctx))
            return super().parse_args(ctx, args)
        except Exception as error:
            if ctx.resilient_parsing or not (_is_refusal(error) or isinstance(error, UserError)):
                raise
            told, unread = _all_faults(self, ctx, line)
            if told is None:
                raise
        if unread or not _looks_for_others(self.callback):
            raise told
        ctx.meta[_TOLD] = told
        return []

    def invoke(self, ctx: Any) -> Any:
        """Do what it asks for; with a wrong line, only look for what else is wrong.

        Raises:
            UserError: the line is wrong.
        """
        told = ctx.meta.get(_TOLD)
        if told is None:
            return super().invoke(ctx)
        _of_line.append(told)
        try:
            super().invoke(ctx)
        except UserError:
            raise
        except Exception:
            pass  # of what stands in the place of what could not be read
        finally:
            _of_line.clear()
        raise told


def _looks_for_others(callback: Callable[..., Any] | None) -> bool:
    """Return whether a command gathers its faults, and refuses them before it does anything."""
    inner = getattr(callback, "__wrapped__", callback)
    return "Faults" in getattr(getattr(inner, "__code__", None), "co_names", ())


class Group(TyperGroup):
    """Commands of which a wrong name, or an option before it, is told as all other faults are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what stands before the command.

        Raises:
            UserError: it is wrong.
        """
        line = list(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if ctx.resilient_parsing or not _is_refusal(error):
                raise
            told, _ = _all_faults(self, ctx, line)
            if told is None:
                raise
        raise told

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is named.

        Raises:
            UserError: there is no such command.
        """
        name, names = args[0], self.list_commands(ctx)
        if name not in names and not ctx.resilient_parsing and not name.startswith("-"):
            found = f"{name!r}, which is no command of {_path(ctx)!r}"
            raise WrongUseError([(_LINE, found, ", ".join(names), nearest(name, names))])
        return super().resolve_command(ctx, args)


class Commands(typer.Typer):
    """Commands that refuse wrong use in the words of all other faults."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"cls": Group, **options})

    def command[F: Callable[..., Any]](
        self, name: str | None = None, **options: Any
    ) -> Callable[[F], F]:
        """Return what makes a function a command."""
        return super().command(name, **{"cls": Command, **options})


type _Found = tuple[str, str, str, str | None]


def _all_faults(command: Any, ctx: Any, line: list[str]) -> tuple[WrongUseError | None, bool]:
    """Return all that is wrong with a line, and whether anything that must be there is not."""
    found, args = [], list(line)
    options = _options(command, ctx)
    guessed = False
    for name in _dashed(args, options):
        found.append(_dashes(name, options))
        args.remove(name)
    while True:
        try:
            opts, rest, order = command.make_parser(ctx).parse_args(args=list(args))
            break
        except Exception as error:
            known = not hasattr(error, "possibilities")
            place = _place(args, getattr(error, "option_name", None), last=known)
            if not _is_refusal(error) or place is None:
                return (WrongUseError(found) if found else None), True
            one, gone = _of_option(error, args, place, options, ctx)
            guessed |= one[0] == _LINE
            found.append(one)
            del args[place : place + gone]
    unread = False
    for param in _in_order(command.get_params(ctx), order):
        try:
            with _named():
                param.handle_parse_result(ctx, opts, rest)
        except UserError as error:
            found.append(_split(error, param))
            unread |= bool(param.required)
        except Exception as error:
            if not _is_refusal(error):
                raise
            found.append(_of_value(error, param, _usage(command, ctx)))
            unread |= bool(param.required)
            ctx.params.setdefault(param.name, None if param.required else param.get_default(ctx))
    if rest and not guessed and not ctx.allow_extra_args:
        extra = ", ".join(map(repr, map(str, rest)))
        found.append((_LINE, extra, f"no more than {_usage(command, ctx)}", None))
    told = {place for place, *_ in found if place != _LINE}
    seen = [one for k, one in enumerate(found) if one[0] not in {f[0] for f in found[:k]} & told]
    return (WrongUseError(seen) if seen else None), unread


def _in_order(params: Iterable[Any], order: Sequence[Any]) -> list[Any]:
    """Return parameters with those that end the command at once, such as --help, first."""
    return sorted(params, key=lambda param: (not param.is_eager, param not in order))


def _options(command: Any, ctx: Any) -> dict[str, Any]:
    """Return the options of a command by each way to write them."""
    params = [one for one in command.get_params(ctx) if one.param_type_name == "option"]
    return {name: one for one in params for name in (*one.opts, *one.secondary_opts)}


def _place(args: Sequence[str], name: str | None, *, last: bool) -> int | None:
    """Return where the option stands that a refusal is about."""
    if name is None:
        return None
    upto = args.index("--") if "--" in args else len(args)
    short = len(name) == 2
    places = [
        place
        for place, word in enumerate(args[:upto])
        if word.partition("=")[0] == name
        or (short and word[:1] == "-" and word[:2] != "--" and name[1] in word)
    ]
    return places[-last] if places else None


def _of_option(
    error: Exception, args: Sequence[str], place: int, options: dict[str, Any], ctx: Any
) -> tuple[_Found, int]:
    """Return what is wrong with an option as it is written, and how many words it takes."""
    word, eq, value = args[place].partition("=")
    if not hasattr(error, "possibilities"):  # it is known, but its value is too much or missing
        name = word if word in options else str(getattr(error, "option_name", word))
        if eq:
            return (name, repr(value), "no value", None), 1
        return (name, "nothing", _wanted(options[name]), None), 1
    near = _nearest_option(word, options)
    where = f"{_path(ctx)} --help"
    allowed = f"an option that {where!r} lists"
    if Path(word).exists():
        allowed = f"./{word} for the name of a file, or {allowed}"
    found = f"{word}, which {_path(ctx)!r} does not know"
    follows = args[place + 1] if place + 1 < len(args) and not eq else "-"
    takes = near is not None and not options[near].is_flag and not follows.startswith("-")
    return (_LINE, found, allowed, near), 1 + (takes or follows.replace(".", "", 1).isdigit())


def _nearest_option(word: str, options: Iterable[str]) -> str | None:
    names = [name.removeprefix("--") for name in options if name.startswith("--")]
    bare = word.lstrip("-").casefold().replace("_", "-")
    begun = [name for name in names if len(bare) > 1 and name.startswith(bare)]
    near = begun[0] if len(begun) == 1 else nearest(bare, names)
    return near and f"--{near}"


def _wanted(param: Any) -> str:
    """Return what may stand at an option or argument, in the words of its help."""
    kind = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    for name, words in _NUMBERS.items():
        if name in (getattr(one, "__name__", "") for one in (kind, *get_args(kind))):
            return words
    text = str(getattr(param, "help", None) or "a value").partition(". ")[0].rstrip(".")
    text = " ".join(text.split())
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _of_value(error: Any, param: Any, usage: str) -> _Found:
    """Return what is wrong with the value of an option or argument."""
    place = _called(param)
    if hasattr(error, "param_type"):
        as_in = f", as in {usage}" if param.param_type_name == "argument" else ""
        return place, "nothing", f"{_wanted(param)}{as_in}", None
    found, allowed, _ = _parts(str(error.message))
    return place, found or "a value", allowed or str(error.message), None


def _split(error: UserError, param: Any) -> _Found:
    """Return the fault that a parser of ours raised, in parts."""
    place, _, said = str(error).partition(": ")
    found, allowed, near = _parts(said)
    return (place, found, allowed, near) if found else (_called(param), repr(said), "", None)


def _parts(said: str) -> tuple[str, str, str | None]:
    """Return what was found, what is allowed and what is near, of words as `refusal` gives them."""
    found, mark, allowed = said.removeprefix("found ").partition("; allowed: ")
    found, hint, near = found.partition("; nearest known name: ")
    return (found, allowed, near if hint else None) if mark else ("", "", None)


def _called(param: Any) -> str:
    return str(param.opts[0] if param.param_type_name == "option" else param.metavar or param.name)


def _path(ctx: Any) -> str:
    """Return a command with the group that it is of, however the program was begun."""
    return f"colsim{ctx.command_path.removeprefix(str(ctx.find_root().info_name))}"


def _usage(command: Any, ctx: Any) -> str:
    """Return how a command is called, without its options."""
    arguments = [one for one in command.get_params(ctx) if one.param_type_name == "argument"]
    return " ".join([_path(ctx), *map(_called, arguments)])


@contextmanager
def _named() -> Iterator[None]:
    """Let a refusal of what is no number say what was found, and what is allowed."""
    try:
        yield
    except typer.BadParameter as refused:
        errors = getattr(refused.__cause__, "errors", None)
        with suppress(LookupError, TypeError):
            first = errors()[0]  # type: ignore[misc]
            bounds = first.get("ctx", {})
            allowed = [_NUMBERS[kind] for kind in _NUMBERS if first["type"].startswith(kind)]
            allowed += [f"{_BOUNDS[key]} {bounds[key]}" for key in _BOUNDS if key in bounds]
            if allowed:
                refused.message = f"found {first['input']!r}; allowed: {', '.join(allowed)}"
        raise


def _dashed(args: Sequence[str], options: Iterable[str]) -> list[str]:
    """Return words that were options until a text program made their two dashes one."""
    return [word for word in args if word[:1] in _DASHES and _meant(word, options)]


def _meant(word: str, options: Iterable[str]) -> str | None:
    if not word:
        return None
    return _nearest_option(f"--{word.lstrip(_DASHES + '-').partition('=')[0]}", options)


def _dashes(word: str, options: Iterable[str]) -> _Found:
    found = f"{word}, with a dash of a text program in the place of two signs of minus"
    return _LINE, found, "-- as it is on the keyboard, twice -", _meant(word, options)


def _refuse_dashes(args: Sequence[str], options: Iterable[str]) -> None:
    """Refuse options that would be taken for names, as their dash is none.

    Raises:
        UserError: there are some.
    """
    if found := _dashed(args, options):
        raise WrongUseError([_dashes(word, options) for word in found])
