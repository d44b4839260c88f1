"""Kinds of arrays that a calibration handles, and records of them put together."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import chain

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Seeds = npt.NDArray[np.int64]


def joined[Record](parts: Sequence[Record]) -> Record:
    """Return records as one: each of their arrays, or sequences, one behind the other."""
    kind = type(parts[0])
    every = ([getattr(one, field.name) for one in parts] for field in fields(kind))  # type: ignore[arg-type]
    return kind(
        *(
            np.concatenate(own) if isinstance(own[0], np.ndarray) else tuple(chain(*own))
            for own in every
        )
    )
