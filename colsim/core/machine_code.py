"""Machine code of the model's kernels, in one file: LLVM loads it, and Numba need not start.

Numba reads a kernel that it has kept with all that it knows of it, which takes longer than most
runs. Here is only what the processor reads. The file is of one kind of processor; it lies in the
folder of the model's version and the compiler's (see `kernel_folder`).
"""

import pickle
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

_DIGEST = 16
_engines: list[Any] = []
"""What holds the code that is loaded."""


def file_in(folder: Path) -> Path:
    """Return where machine code for this processor is kept in a folder of kernels."""
    return folder / f"machine-code-{_processor()}"


@cache
def _processor() -> str:
    import llvmlite
    from llvmlite import binding

    features = binding.get_host_cpu_features().flatten()
    about = (
        llvmlite.__version__, binding.get_process_triple(), binding.get_host_cpu_name(), features
    )  # fmt: skip
    return blake2b(" ".join(about).encode(), digest_size=4).hexdigest()


def write(file: Path, kernels: Sequence[tuple[str, str, bytes]]) -> None:
    """Write kernels: of each its symbol, its name in its object code, and that code.

    Args:
        file: is made.
        kernels: one that another calls by its symbol comes before that.

    Raises:
        OSError: it cannot be written.
    """
    packed = pickle.dumps(kernels)
    file.write_bytes(blake2b(packed, digest_size=_DIGEST).digest() + packed)


def load(file: Path) -> dict[str, int]:
    """Load machine code, and tell the linker of it; LLVM ends the process where it cannot.

    Returns:
        Symbol -> address of each kernel; none if the file is not there, cut short or empty.
    """
    from llvmlite import binding

    try:
        written = file.read_bytes()
    except OSError:
        return {}
    packed = written[_DIGEST:]
    if blake2b(packed, digest_size=_DIGEST).digest() != written[:_DIGEST]:
        return {}
    binding.initialize_native_target()
    machine = binding.Target.from_default_triple().create_target_machine()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    _engines.append(engine)
    found = {}
    for symbol, name, code in pickle.loads(packed):
        engine.add_object_file(binding.ObjectFileRef.from_data(code))
        found[symbol] = engine.get_function_address(name)
        binding.add_symbol(symbol, found[symbol])
    return found


@cache
def addresses(folder: Path) -> dict[str, int]:
    """Return the address of each kernel whose machine code is kept in a folder, by its symbol."""
    return load(file_in(folder))
