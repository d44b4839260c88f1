"""What an operator makes of numbers, asked of the compiler once while kernels are compiled.

Numba looks through all that an operator could mean, for arrays, sets and texts too, each time that
two numbers are added: a quarter of the time to compile. The answer is the same each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba import types


@contextmanager
def operators_remembered() -> Iterator[None]:
    """Let Numba remember, for as long as this lasts, how functions of plain numbers are typed."""
    asked = types.Function.get_call_type
    known: dict[Any, tuple[Any, Any]] = {}

    def remembered(function: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws or not all(isinstance(one, _NUMBERS) for one in args):
            return asked(function, context, args, kws)
        key = id(context), function.key, tuple(args)
        if key not in known:
            found = asked(function, context, args, kws)
            known[key] = found, function.get_impl_key(found)
        found, implementation = known[key]
        function._impl_keys[found.args] = implementation
        return found

    types.Function.get_call_type = remembered  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        types.Function.get_call_type = asked  # type: ignore[method-assign]


_NUMBERS = (types.Number, types.Boolean, types.IntegerLiteral, types.BooleanLiteral)
