"""A result as a document for a board: what is said (`documents`), and how it is written down."""

from colsim.report.documents import Document, document_of
from colsim.report.making import make_report

__all__ = ["Document", "document_of", "make_report"]
