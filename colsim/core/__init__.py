"""The model itself: NumPy and Numba only, no Mesa, pandas, files or plots.

Importing it finds the folder that compiled kernels are kept in; see `kernel_folder`.
"""

from colsim.core.kernel_folder import KernelFolder

KERNELS = KernelFolder()


def is_compiled() -> bool:
    """Return whether all compiled kernels of these sources are already on disk."""
    return KERNELS.is_complete()
