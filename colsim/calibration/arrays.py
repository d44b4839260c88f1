"""Kinds of arrays that a calibration handles."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Seeds = npt.NDArray[np.int64]
