"""Every error that a user can meet, in one tree. A message gives the thing, the cause and the next step."""

from __future__ import annotations


class FieldworkError(Exception):
    """Base of all errors that Fieldwork raises on purpose; `str()` is one line fit for a user."""


class UnreadableDocument(FieldworkError):
    """A file cannot be read as a document.

    Attributes:
        path: The file's display name.
        reason: Short machine-usable cause, e.g. `encrypted`, `no_text`, `empty`, `damaged`, `too_large`.
    """

    def __init__(self, path: str, reason: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.reason = reason
        self.message = message


class UnknownEngagement(FieldworkError):
    """No engagement of that name exists under the home folder."""


class EngagementExists(FieldworkError):
    """An engagement of that name exists already."""


class EngagementBusy(FieldworkError):
    """Another process holds the engagement's writer lock."""


class NotAssessed(FieldworkError):
    """A result was asked for before an assessment had been run."""


class UnknownItem(FieldworkError):
    """An id or name that the catalogue or the engagement does not hold."""


class InvalidProfile(FieldworkError):
    """A profile or an option of it cannot be understood."""


class InvalidCatalogue(FieldworkError):
    """A framework file breaks the catalogue's rules."""


class IndexMismatch(FieldworkError):
    """The stored vectors were made by another embedding model."""


class ModelUnavailable(FieldworkError):
    """A model's files are missing or are not the pinned ones."""


class InvalidModelOutput(FieldworkError):
    """A model's reply does not have the promised form."""


class ExportRefused(FieldworkError):
    """An export cannot be written where or how it was asked for."""
