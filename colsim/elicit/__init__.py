"""Practitioners' judgement: a questionnaire, their answers, and worlds weighed by them."""

from colsim.elicit.answers import Answers, read_answers
from colsim.elicit.questions import QUESTIONS, Question, questionnaire
from colsim.elicit.weighing import Judged, weigh

__all__ = ["QUESTIONS", "Answers", "Judged", "Question", "questionnaire", "read_answers", "weigh"]
