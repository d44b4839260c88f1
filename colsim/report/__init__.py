"""A result as a document for a board: what is said (`account`), and how it is written down."""

from colsim.report.account import account_of
from colsim.report.making import make_report
from colsim.report.parts import Account

__all__ = ["Account", "account_of", "make_report"]
