"""One family's story, read off the states: what changed, in which phase, told in words."""

from colsim.story.events import KINDS, Event
from colsim.story.recorder import Recorder
from colsim.story.story import Story

__all__ = ["KINDS", "Event", "Recorder", "Story"]
