"""Errors that are the user's to mend: a clear message, exit code 2, no traceback."""


class UserError(Exception):
    """Something that the user gave is wrong; the message says what would be right."""
