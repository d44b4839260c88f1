"""Hand the world to kernels as one pointer.

Numba passes a tuple of two dozen arrays as some 170 machine words, at every
call and in every function's code: measured on this model it doubled the time
to compile and to run. Here a kernel gets the address of a table that holds,
for each field, its data pointer and shape; `w.families` in a kernel makes an
array from that entry. Kernels own nothing: the Python object that holds the
arrays outlives the call.
"""

import operator
from hashlib import blake2b

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.extending import models, register_model
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, unbox
from numba.np.arrayobj import (
    get_itemsize,
    getitem_arraynd_intp,
    make_array,
    populate_array,
    setitem_array,
)
from numba.np.numpy_support import from_dtype

from colsim.core.state import FIELDS, WORDS

# Numba writes out all types at each step of compiling, for listeners that there are not.
types.Record.__repr__ = types.Record.__str__  # type: ignore[method-assign]


class FieldType(types.Array):
    """Numba's type of a field: an array that is never indexed from its end.

    To look at each index whether it is below zero took an eighth of the time of a run. Where
    array accesses are checked, an index below zero is out of bounds.
    """

    def __init__(self, kind: types.Type, dimensions: int) -> None:
        """Make the type of a C-contiguous array; records of such a kind get a short name.

        It goes into that of every function which takes one, as a world's does.
        """
        if isinstance(kind, types.Record):
            kind.name = f"Record({_digest(kind.name)})"
        super().__init__(kind, dimensions, "C")


register_model(FieldType)(models.ArrayModel)


@lower_builtin(operator.getitem, FieldType, types.Integer)
def _get_item(context, builder, sig, args):
    array, _ = sig.args
    return getitem_arraynd_intp(context, builder, sig.replace(args=(array, types.uintp)), args)


@lower_builtin(operator.setitem, FieldType, types.Integer, types.Any)
def _set_item(context, builder, sig, args):
    array, _, value = sig.args
    return setitem_array(context, builder, sig.replace(args=(array, types.uintp, value)), args)


_KNOWN: "dict[str, WorldType]" = {}


class WorldType(types.Type):
    """Numba's type of a world: names and array types of its fields, in the order of the table."""

    def __init__(self, fields: tuple[tuple[str, FieldType], ...]) -> None:
        """Make the type for fields given as (name, C-contiguous array type)."""
        self.fields = fields
        # The name goes into that of every function, and each kernel is kept with its types: spelt
        # out, 17,000 letters a time, they took a fifth of the time to compile and half the room.
        said = ", ".join(f"{name}:{kind}" for name, kind in fields)
        super().__init__(name=f"World({_digest(said)})")
        _KNOWN[self.name] = self

    def __reduce__(self):
        """Keep the name alone."""
        return _known, (self.name,)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _known(name):
    return _KNOWN[name]


@register_model(WorldType)
class _WorldModel(models.OpaqueModel):
    """A bare pointer to the table."""


@infer_getattr
class _WorldAttributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, typ, attr):
        return dict(typ.fields).get(attr)


@lower_getattr_generic(WorldType)
def _get_field(context, builder, typ, value, attr):
    names = [name for name, _ in typ.fields]
    array_type = typ.fields[names.index(attr)][1]
    table = builder.bitcast(value, cgutils.intp_t.as_pointer())

    def word(k):
        place = builder.gep(table, [cgutils.intp_t(WORDS * names.index(attr) + k)], inbounds=True)
        loaded = builder.load(place, typ=cgutils.intp_t)
        # The table is never written while a kernel runs: load it once.
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    itemsize = cgutils.intp_t(get_itemsize(context, array_type))
    shape = [word(1 + axis) for axis in range(array_type.ndim)]
    strides = [itemsize] if array_type.ndim == 1 else [builder.mul(itemsize, shape[1]), itemsize]
    data = builder.inttoptr(word(0), context.get_data_type(array_type.dtype).as_pointer())
    array = make_array(array_type)(context, builder)
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
    return array._getvalue()


@unbox(WorldType)
def _unbox(typ, obj, c):
    address = c.pyapi.object_getattr_string(obj, "address")
    native = c.unbox(types.intp, address)
    c.pyapi.decref(address)
    return NativeValue(
        c.builder.inttoptr(native.value, cgutils.voidptr_t), is_error=native.is_error
    )


WORLD_TYPE = WorldType(
    tuple(
        (name, FieldType(from_dtype(np.dtype(dtype)), dimensions))
        for name, (dtype, dimensions) in FIELDS.items()
    )
)
