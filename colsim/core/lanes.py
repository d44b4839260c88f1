"""Several numbers of a record taken at a time, as the processor can and the compiler would not.

The bits are those of a loop: sums are taken in order, and nothing is reckoned in another way.
"""

from typing import Any

from colsim.core.compiled import machine

_BYTES = 8


def _lanes(context: Any, builder: Any, kind: Any, array: Any) -> tuple[Any, Any]:
    """Return where a record's row of real numbers stands, and the type of all of it."""
    from llvmlite import ir
    from numba.np.arrayobj import make_array

    all_numbers = ir.VectorType(ir.DoubleType(), kind.shape[0])
    data = make_array(kind)(context, builder, array).data
    return builder.bitcast(data, all_numbers.as_pointer()), all_numbers


def _sum_plainly(numbers: Any, chosen: Any) -> float:
    total = 0.0
    for k in range(len(numbers)):
        total += float(numbers[k]) * ((int(chosen) >> k) & 1)
    return total


@machine(plainly=_sum_plainly)
def sum_of(typing_context: Any, numbers: Any, chosen: Any) -> Any:
    """Return the sum of those numbers of a row whose bits are set, from the first on."""
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils

    number = ir.DoubleType()

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place, kind = _lanes(context, builder, signature.args[0], arguments[0])
        held = builder.load(place, typ=kind, align=_BYTES)
        bits = builder.trunc(arguments[1], ir.IntType(kind.count))
        mask = builder.bitcast(bits, ir.VectorType(ir.IntType(1), kind.count))
        left = builder.select(mask, held, ir.Constant(kind, [0.0] * kind.count))
        add = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(number, [number, kind]),
            f"llvm.vector.reduce.fadd.v{kind.count}f64",
        )
        return builder.call(add, [number(0.0), left])

    return types.float64(numbers, types.int64), generate
