"""Opening containers: archives, e-mails and crawls to the files in them. Nothing is ever written to disk."""

from pipeline.reading.opening.members import Container, Member
from pipeline.reading.opening.tree import (
    INSIDE,
    Entry,
    is_document,
    list_entries,
    may_be_container,
    open_container,
    open_inside,
)

__all__ = [
    "INSIDE",
    "Container",
    "Entry",
    "Member",
    "is_document",
    "list_entries",
    "may_be_container",
    "open_container",
    "open_inside",
]
