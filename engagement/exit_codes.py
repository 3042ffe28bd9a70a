"""Exit status of the command line for each kind of error."""

from __future__ import annotations

from enum import IntEnum

from corpus.errors import (
    EngagementBusy,
    EngagementExists,
    FieldworkError,
    InvalidProfile,
    ModelUnavailable,
    NotAssessed,
    UnknownEngagement,
    UnknownItem,
    UnreadableDocument,
)


class ExitCode(IntEnum):
    """What the shell sees."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNKNOWN = 3
    UNREADABLE = 4
    BUSY = 5
    MODEL = 6
    PARTLY = 7
    """Some files failed, the others were processed."""


_CODES: tuple[tuple[type[FieldworkError], ExitCode], ...] = (
    (UnknownEngagement, ExitCode.UNKNOWN),
    (UnknownItem, ExitCode.UNKNOWN),
    (NotAssessed, ExitCode.UNKNOWN),
    (EngagementExists, ExitCode.USAGE),
    (InvalidProfile, ExitCode.USAGE),
    (UnreadableDocument, ExitCode.UNREADABLE),
    (EngagementBusy, ExitCode.BUSY),
    (ModelUnavailable, ExitCode.MODEL),
)


def exit_code(error: FieldworkError) -> ExitCode:
    """The code of an error's class, `FAILED` for any other."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.FAILED)
