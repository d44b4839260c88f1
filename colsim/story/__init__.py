"""One family's story: what the kernels noted of it, told in words."""

from colsim.story.events import KINDS, Event
from colsim.story.recorder import Recorder
from colsim.story.story import Story

__all__ = ["KINDS", "Event", "Recorder", "Story"]
