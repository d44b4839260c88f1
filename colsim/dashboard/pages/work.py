"""What pages do alike: say what was refused, work in the background, say how far it is."""

import time
import traceback
from collections.abc import Callable
from typing import Any

import solara
from solara.lab import use_task

from colsim.dashboard import jobs
from colsim.dashboard.kept import ANSWERS
from colsim.dashboard.pages import state
from colsim.errors import UserError

_OFTEN = 0.2
"""Seconds between two words on how far it is: nobody reads faster."""


def refusing(action: Callable[[], Any]) -> Any:
    """Do something; what the user got wrong is said on the page in plain words.

    Returns:
        What the action does; None if it was refused.
    """
    try:
        result = action()
    except UserError as error:
        state.message.value = str(error)
        return None
    state.message.value = ""
    return result


def done(job: Any, told: Callable[[int, int], None], failed: str) -> Any:
    """Run a job in this thread, or find what it was answered before; say what goes wrong.

    Args:
        job: what has a `run` that says how far it is, such as `jobs.Job`.
        told: called with what is done and what there is to do, not too often.
        failed: what is said where something breaks that nobody expected.

    Returns:
        Its result; None if it was cancelled or went wrong.
    """
    last = 0.0

    def progress(so_far: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _OFTEN or so_far == total:
            last = time.monotonic()
            told(so_far, total)

    asked = getattr(job, "asked", None)
    try:
        known = None if asked is None else ANSWERS.known(asked)
        if known is not None:
            return known
        result = job.run(progress)
        if asked is not None:
            ANSWERS.keep(asked, result)
        return result
    except jobs.Cancelled:
        pass
    except UserError as error:
        state.message.value = str(error)
    except Exception:
        traceback.print_exc()
        state.message.value = (
            f"{failed}: something went wrong that colsim did not expect, such as too little "
            "memory. Fewer worlds or a smaller authority may do."
        )
    return None


def work_on(job: Any, work: Callable[[], None], stop: Callable[[Any], None]) -> None:
    """Work on each new job, whichever page is open meanwhile; stop once nobody will see it.

    A component calls this, and draws nothing else.
    """
    use_task(work, dependencies=[job], raise_error=False)
    solara.use_effect(lambda: lambda: stop(None), [])
    solara.Div()
