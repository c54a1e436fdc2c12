"""E-mails as containers of what is attached to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import Refused
from pipeline.limits import MAX_SOURCE_BYTES
from pipeline.reading.mail import attachments, has_body, parse_message
from pipeline.reading.opening.members import HEAD_BYTES, Member, too_large
from pipeline.reading.opening.names import harmless, told_apart


class Mail:
    """An opened e-mail; the text of it is read by :func:`pipeline.reading.mail.read_mail`."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        data = file.read(MAX_SOURCE_BYTES + 1)
        if len(data) > MAX_SOURCE_BYTES:
            raise Refused("too_large", too_large(None, MAX_SOURCE_BYTES))
        message = parse_message(data)
        self.has_body = has_body(message)
        self._parts = list(attachments(message))

    def members(self) -> Iterator[Member]:
        """The attachments."""
        names = told_apart(harmless(name) for name, _ in self._parts)
        for key, (name, (_, data)) in enumerate(zip(names, self._parts, strict=True)):
            yield Member(key, name, len(data))

    def head(self, key: int) -> bytes:
        """The first bytes of an attachment."""
        return self._parts[key][1][:HEAD_BYTES]

    def read(self, key: int, limit: int) -> bytes:
        """The bytes of an attachment. Raises Refused."""
        data = self._parts[key][1]
        if len(data) > limit:
            raise Refused("too_large", too_large(len(data), limit))
        return data
