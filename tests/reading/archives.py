"""Containers made for tests, by the writers that people use where there are such."""

import gzip
import io
import quopri
import struct
import tarfile
import zipfile
import zlib
from email.message import EmailMessage

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class _Gbk(zipfile.ZipInfo):
    """An entry whose name is in GBK without a sign of it, as Windows and WPS write it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(files: dict[str, bytes], *, gbk: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = _Gbk(name) if gbk else zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return buffer.getvalue()


def with_unicode_path(name: str, data: bytes) -> bytes:
    """A zip whose name is in code page 936 and in the Unicode path field, as Info-ZIP and WinRAR write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = _Gbk(name)
        raw = name.encode("gb18030")
        field = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
        info.extra = struct.pack("<HH", 0x7075, len(field)) + field
        archive.writestr(info, data)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    """A zip archive whose entries say that they are encrypted."""
    found = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.find(signature)
        while at >= 0:
            found[at + offset] |= 1
            at = found.find(signature, at + 4)
    return bytes(found)


def zip_bomb(size: int = 4 << 30, count: int = 10) -> bytes:
    """Entries of zeros that unpack a thousand to one; built without ever unpacking them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b"\0" * (1 << 20)
    one = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    unit = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit.compress(block)
    again = unit.flush(zlib.Z_FULL_FLUSH)
    packed = (one + again * 40)[: 256 * 1024]
    return hand_made([(f"{n}.dll", packed, size) for n in range(count)])


def hand_made(entries: list[tuple[str, bytes, int]], *, shared: bool = False) -> bytes:
    """A zip archive of packed data and the sizes it is to claim; ``shared``: all entries lie in the same place."""
    body, directory = b"", b""
    for name, packed, size in entries:
        at = 0 if shared else len(body)
        big = size > 0xFFFFFFFE
        extra = struct.pack("<HHQ", 1, 8, size) if big else b""
        told = 0xFFFFFFFF if big else size
        raw = name.encode()
        if not (shared and body):
            body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 45, 0, 8, 0, 0, 0, len(packed), told, len(raw), len(extra))
            body += raw + extra + packed
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 45, 45, 0, 8, 0, 0, 0, len(packed), told, len(raw), len(extra), 0, 0, 0, 0, at
        )
        directory += raw + extra
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + end


def nested_bomb(depth: int = 6, fan: int = 16) -> bytes:
    """Archives in archives in archives, sixteen in each, as 42.zip."""
    data = zip_bomb(count=1)
    for level in range(depth):
        data = zipped({f"{level}-{n:x}.zip": data for n in range(fan)})
    return data


def tarred(files: dict[str, bytes], *, mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def mail(*, html: str | None = None, text: str | None = None, files: dict[str, bytes] | None = None) -> bytes:
    message = EmailMessage()
    message["From"] = "江州区教育局 <office@example.cn>"
    message["To"] = "bureau@example.cn"
    message["Date"] = "Tue, 05 Mar 2024 08:00:00 +0800"
    message["Subject"] = "关于报送2023年工作总结的函"
    message["Message-ID"] = "<1@example.cn>"
    if text is not None:
        message.set_content(text)
    if html is not None:
        (message.add_alternative if text is not None else message.set_content)(html, subtype="html")
    for name, data in (files or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def saved_page(html: str, charset: str) -> bytes:
    """A page as browsers save it in one file (.mht)."""
    lines = [
        "From: <Saved by Blink>", "Snapshot-Content-Location: http://www.example.gov.cn/jy/1.html",
        "Subject: =?utf-8?Q?=E6=80=BB=E7=BB=93?=", "Date: Tue, 5 Mar 2024 08:00:00 -0000", "MIME-Version: 1.0",
        'Content-Type: multipart/related; type="text/html"; boundary="--B--"', "", "", "----B--",
        f"Content-Type: text/html; charset={charset}", "Content-Transfer-Encoding: quoted-printable",
        "Content-Location: http://www.example.gov.cn/jy/1.html", "",
    ]  # fmt: skip
    body = quopri.encodestring(html.encode(charset))
    tail = "\r\n----B--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----B----\r\n"
    return "\r\n".join(lines).encode() + b"\r\n" + body.replace(b"\n", b"\r\n") + tail.encode()


def crawl(records: list[tuple[str, str, bytes]], *, packed: bool = True, transport: bool = False) -> bytes:
    """A WARC file of ``(address, content type, body)``, by warcio; ``transport``: bodies packed as servers send them."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=packed)
    for address, kind, body in records:
        headers = [("Content-Type", kind)]
        if transport:
            headers.append(("Content-Encoding", "gzip"))
        record = writer.create_warc_record(
            address, "response", payload=io.BytesIO(gzip.compress(body, mtime=0) if transport else body),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": "2024-03-05T00:00:00Z"},
        )  # fmt: skip
        writer.write_record(record)
    return buffer.getvalue()
