"""Libraries that few tests use, imported by the first that does: no collecting waits for them."""

import warnings
from types import ModuleType

import pytest


class Later:
    """Stands for a module; a test that uses it where it is not installed is skipped."""

    def __init__(self, name: str):
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str):
        if attribute.startswith(("_", "pytest")):  # pytest looks at everything in a test module
            raise AttributeError(attribute)
        if self._module is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of theirs, that something else is not there
                self._module = pytest.importorskip(self._name)
        return getattr(self._module, attribute)
