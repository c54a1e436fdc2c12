"""What can go wrong in a way the user can do something about."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors whose message is for the user: what is wrong, where, and what to do."""


class Refused(PipelineError):
    """A source that can't be read. ``code`` is a stable word for the reason (``empty``, ``too_large``, ...)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ResourceError(PipelineError):
    """A data file of the project or of the user that doesn't fit its schema; the message has file, line and key."""


class StoreError(PipelineError):
    """The database can't be used."""


class UsageError(PipelineError):
    """The command was asked for something it can't do."""
