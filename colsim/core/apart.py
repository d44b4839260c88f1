"""Kernels that others call without taking their code in.

Numba puts the code of all that a kernel calls into the kernel, and compiles it there once more.
For the loop over the weeks that doubled the time until the first result, and all phases had to be
compiled one after the other. A kernel that stands apart is compiled once, wherever and by whichever
process, and called by a name that the linker knows.
"""

import inspect
from collections.abc import Callable
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils

from colsim.core.compiled import before_reading, kernel, machine
from colsim.core.plain import PLAIN


class Apart:
    """A kernel that stands for itself, and how others call it."""

    def __init__(self, kernel: Any, *arguments: types.Type) -> None:
        """Give a kernel the name under which it is called; it is not compiled yet.

        Args:
            kernel: from `colsim.core.compiled.kernel`; it returns nothing.
            arguments: type of each of its arguments; what is passed is converted to it.
        """
        self.kernel = kernel
        self.name = kernel.__name__
        self.signature = types.none(*arguments)
        self.symbol = f"colsim.{kernel.__module__}.{self.name}"
        self.call = self._caller()

    def link(self) -> None:
        """Compile the kernel, or find it compiled, and let the linker know where it is."""
        if PLAIN:
            return
        self.kernel.compile(self.signature)
        compiled = self.kernel.overloads[self.signature.args]
        address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
        binding.add_symbol(self.symbol, address)

    def _caller(self) -> Any:
        signature, symbol = self.signature, self.symbol

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            convention = context.call_conv
            kind = convention.get_function_type(signature.return_type, signature.args)
            function = cgutils.get_or_insert_function(builder.module, kind, symbol)
            status, _ = convention.call_function(
                builder, function, signature.return_type, signature.args, arguments
            )
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return ir.Constant(context.get_dummy_type(), None)

        def typed(typing_context: Any, *arguments: Any) -> Any:
            return signature, generate

        # The compiler asks how many there are; it does not take what gathers them.
        own = inspect.signature(self.kernel)
        context = inspect.Parameter("typing_context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        typed.__signature__ = own.replace(parameters=[context, *own.parameters.values()])  # type: ignore[attr-defined]
        return machine(plainly=self.kernel)(typed)


def called_everywhere(*arguments: types.Type) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for a kernel of these arguments that many kernels call, and none takes in.

    It is there before any kernel that may call it is compiled or read from disk.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        one = Apart(kernel(function), *arguments)
        before_reading(one.link)
        return one.call

    return decorate
