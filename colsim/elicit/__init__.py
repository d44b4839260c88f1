"""Practitioners' judgement: a questionnaire, their answers, and worlds weighed by them."""

from colsim.elicit.answers import Answers, read_answers
from colsim.elicit.questions import QUESTIONS, Question
from colsim.elicit.weighing import Judged, weigh
from colsim.elicit.questions import questionnaire

__all__ = ["QUESTIONS", "Answers", "Judged", "Question", "questionnaire", "read_answers", "weigh"]
