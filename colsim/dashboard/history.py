"""Changes of a page that can be taken back and made again."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

MOST_STEPS = 50
"""Changes that can be taken back."""
Step = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembering:
    """What a page holds, and what changes of it replaced."""

    KEPT: ClassVar[tuple[str, ...]] = ()
    """Fields whose changes can be taken back."""
    past: tuple[Step, ...] = ()
    """What changes replaced, the last one at the end."""
    future: tuple[Step, ...] = ()
    """What was taken back, the last one at the end."""

    def changed(self, **changes: Any) -> Self:
        """Return it with fields changed; what this replaces can be taken back."""
        fresh = replace(self, **changes)
        if fresh._step() == self._step():
            return fresh
        return replace(fresh, past=(*self.past[1 - MOST_STEPS :], self._step()), future=())

    def taken_back(self) -> Self:
        """Return it as it was before the last change; itself if there was none."""
        if not self.past:
            return self
        *past, step = self.past
        future = (*self.future, self._step())
        return replace(self, **step, past=tuple(past), future=future)

    def made_again(self) -> Self:
        """Return it with the last change made again that was taken back; itself if none was."""
        if not self.future:
            return self
        *future, step = self.future
        past = (*self.past, self._step())
        return replace(self, **step, past=past, future=tuple(future))

    def _step(self) -> Step:
        return {name: getattr(self, name) for name in self.KEPT}
