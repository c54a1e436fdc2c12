"""E-mails and saved web pages (MIME): what a reader sees of them, and what is attached.

The layer of an e-mail is its body; that of a saved web archive (.mht) its page. Scripts, style sheets and pictures are
no text and never looked at; nothing is fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime

from pipeline.errors import Refused
from pipeline.limits import MAX_HEADER_CHARACTERS
from pipeline.model import TextLayer
from pipeline.reading.decoding import decode
from pipeline.reading.layout import Read
from pipeline.reading.page import read_page
from pipeline.reading.text_tables import find_tables

_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_BLANKS = re.compile(r"\s+")
_BROKEN = (RecursionError, ValueError, LookupError, TypeError, AttributeError)
"""What the email package raises over messages that break the rules."""
_TAKEN_APART = {
    "subject", "from", "date", "content-type", "content-disposition", "content-id", "content-location",
    "content-transfer-encoding", "snapshot-content-location",
}  # fmt: skip


def read_mail(data: bytes, name: str) -> Read:
    """The body of an e-mail: its page, else its text; sender, day and subject as hints. Raises Refused."""
    message = parse_message(data)
    read = _body(message, name)
    if read is None:
        raise Refused("empty", f"{name}: is an e-mail without text; its attachments are read as files of their own")
    return Read(read.layer, read.encoding, dict(read.hints) | mail_hints(message))


def read_web_archive(data: bytes, name: str) -> Read:
    """The page of a saved web archive (.mht). Raises Refused."""
    message = parse_message(data)
    page = _root(message)
    if page is None:
        raise Refused("damaged", f"{name}: is a saved web archive without a page; save the page again as .html")
    read = _page(page, name)
    address = header(message, "Snapshot-Content-Location") or header(page, "Content-Location")
    told = {"address": address} if address.startswith(("http://", "https://")) else {}
    subject = header(message, "Subject")
    titled = {"title": subject} if subject and "title" not in read.hints else {}
    return Read(read.layer, read.encoding, dict(read.hints) | told | titled)


def parse_message(data: bytes) -> Message:
    """A message and its parts. Raises Refused (``damaged``) where parts are nested without end, or a header is."""
    try:
        message = message_from_bytes(data, policy=policy.compat32)
    except _BROKEN as error:
        raise _damaged(error) from error
    stack = [message]
    while stack:
        part = stack.pop()
        for name, value in part.raw_items():
            if name.lower() in _TAKEN_APART and len(str(value)) > MAX_HEADER_CHARACTERS:
                raise Refused("damaged", f"has a header ({name}) of {len(str(value)):,} characters; save it again")
        stack += _parts(part)
    return message


def _parts(part: Message) -> list[Message]:
    """What a part is made of; asking a part of text for it would have its text decoded."""
    return [inner for inner in part.get_payload() if isinstance(inner, Message)] if part.is_multipart() else []


def _damaged(error: Exception) -> Refused:
    return Refused("damaged", f"is a damaged message ({type(error).__name__}); save it again")


def has_body(message: Message) -> bool:
    """Whether a message has a text of its own."""
    return any(_bytes_of(part).strip() for part in _texts(message))


def attachments(message: Message) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of what is attached, in order; an attached message has its own bytes."""
    for part in _leaves(message):
        name = file_name(part)
        if part.get_content_type() == "message/rfc822":
            inner = _parts(part)
            if inner:
                try:
                    content = inner[0].as_bytes()
                except _BROKEN as error:
                    raise _damaged(error) from error
                yield name or f"{header(inner[0], 'Subject') or 'message'}.eml", content
        elif _is_attached(part):
            yield name or "unnamed", _bytes_of(part)


def mail_hints(message: Message) -> dict[str, str]:
    """Sender, day and subject of a message, as ``Source.hints``."""
    sender, address = parseaddr(header(message, "From"))
    hints = {"title": header(message, "Subject"), "publisher": sender or address, "published": _day(message)}
    return {key: value for key, value in hints.items() if value}


def header(message: Message, name: str) -> str:
    """A header with its encoded words read, on one line; empty where there is none."""
    value = message.get(name)
    if value is None:
        return ""
    raw = str(value).encode("utf-8", "surrogateescape") if isinstance(value, str) else b""
    if raw and not raw.isascii():  # bytes of no declared encoding
        return _one_line(_decoded(raw, None))
    try:
        parts = decode_header(value)
    except HeaderParseError:
        return _one_line(str(value))
    return _one_line("".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts))


def file_name(part: Message) -> str:
    """The name of an attachment, however it is encoded."""
    for key, where in (("filename", "content-disposition"), ("name", "content-type")):
        value = part.get_param(key, header=where)
        if isinstance(value, tuple):
            charset = _SUPERSETS.get((value[0] or "").lower(), value[0])
            try:
                return _one_line(str(collapse_rfc2231_value((charset, value[1], value[2]))))
            except (ValueError, LookupError):  # a character set whose name is none
                return _one_line(str(value[2]))
        if value:
            holder = Message()
            holder["name"] = value
            return header(holder, "name")
    return ""


def _body(message: Message, name: str) -> Read | None:
    texts = [part for part in _texts(message) if _bytes_of(part).strip()]
    for part in texts:
        if part.get_content_type() == "text/html":
            read = _page(part, name)
            if read.layer.text.strip():
                return read
    plain = [_text(part, name) for part in texts if part.get_content_type() != "text/html"]
    if not plain:
        return None
    words = "\n".join(text for text, _ in plain)
    return Read(TextLayer(words, find_tables(words)), plain[0][1])


def _root(message: Message) -> Message | None:
    """The part that is the page: the one that the message starts with, else the first page in it."""
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    start = message.get_param("start")
    named = [part for part in pages if start and header(part, "Content-ID") == start]
    return next(iter((*named, *pages)), None)


def _page(part: Message, name: str) -> Read:
    text, encoding = _text(part, name)
    layer, declared = read_page(text)
    return Read(layer, encoding, declared)


def _text(part: Message, name: str) -> tuple[str, str]:
    data = _bytes_of(part)
    try:
        charset = _codec(part.get_content_charset())
    except (ValueError, LookupError):
        charset = None
    if charset and charset not in ("ascii", "latin-1", "iso8859-1", "cp1252"):
        try:
            return data.decode(charset), charset
        except UnicodeDecodeError:
            pass
    decoded = decode(data, name)
    return decoded.text, decoded.encoding


def _bytes_of(part: Message) -> bytes:
    """What a part holds, without the encoding of the transport."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _texts(message: Message) -> Iterator[Message]:
    return (
        part for part in _leaves(message)
        if part.get_content_type() in ("text/html", "text/plain") and not _is_attached(part)
    )  # fmt: skip


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, those of an attached message left to it."""
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            stack.extend(reversed(_parts(part)))
        else:
            yield part


def _is_attached(part: Message) -> bool:
    """Whether a part is a file beside the text; a picture that a page shows is not."""
    if part.get_content_disposition() == "attachment":
        return True
    if part.get_content_maintype() == "image" and part.get("Content-ID"):
        return False
    return bool(file_name(part)) or part.get_content_maintype() not in ("text", "multipart")


def _day(message: Message) -> str:
    try:
        return parsedate_to_datetime(header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _decoded(data: bytes, charset: str | None) -> str:
    for encoding in (_codec(charset), "utf-8", "gb18030"):
        if encoding:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return data.decode("utf-8", "replace")


def _codec(charset: str | None) -> str | None:
    """The codec for a declared character set, the superset that its users mean; None for one that isn't known."""
    if not charset:
        return None
    try:
        found = codecs.lookup(_SUPERSETS.get(charset.lower(), charset))
    except (LookupError, ValueError):
        return None
    return found.name if getattr(found, "_is_text_encoding", True) else None


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
