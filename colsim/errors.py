"""Errors that are the user's to mend: a clear message, exit code 2, no traceback."""


class UserError(Exception):
    """Something that the user gave is wrong; the message says what would be right."""


class IncompleteError(UserError):
    """Something was done, and something could not be written; exit code 1."""
