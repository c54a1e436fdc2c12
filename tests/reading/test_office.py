"""Files of older office programs by way of LibreOffice, and which kind of office file bytes are."""

import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.errors import Refused
from pipeline.extraction import extract_source
from pipeline.reading import office, read_source
from pipeline.reading.office_kinds import OLE2, office_kind
from tests.reading.office_files import (
    TABLE_TEXT,
    by_openpyxl,
    by_xlwt,
    converted,
    docx,
    packed,
    sample_lines,
    word_file,
    xlsx,
)
from tests.reading.test_workbook import check_table

ODT = "application/vnd.oasis.opendocument.text"
MANIFEST = "META-INF/manifest.xml"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (docx(""), "x.bin", "docx"),
        (docx(""), "x.xlsx", "docx"),
        (xlsx(""), "x", "xlsx"),
        (by_xlwt(), "x.et", "xls"),
        (packed({"[Content_Types].xml": "application/vnd.ms-excel.sheet.binary.macroEnabled.main"}), "a", "xlsb"),
        (packed({"mimetype": ODT, MANIFEST: "<manifest/>"}), "a", "odt"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "a", "ods"),
        (packed({"报告.docx": "x"}), "a.zip", None),
        (rb"{\rtf1\ansi ...}", "a.doc", "rtf"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "a.doc", "wordml"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><w/>', "a.xls", "spreadsheetml"),
        ("甲\t1".encode(), "a.xls", "csv"),
        ("甲".encode(), "a.doc", "text"),
        ("甲".encode("utf-16"), "a.wps", "text"),
        ("甲".encode(), "a.csv", None),
    ],
)
def test_kinds_are_told_by_what_is_inside(data, name, kind):
    assert office_kind(data, name) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (packed({"mimetype": ODT, MANIFEST: "<manifest:encryption-data/>"}), "encrypted"),
        (packed({"[Content_Types].xml": "presentationml.presentation.main"}), "unsupported"),
        (packed({"OFD.xml": "<ofd/>"}), "unsupported"),
        (packed({"mimetype": "application/epub+zip"}), "unsupported"),
        (OLE2 + bytes(600), "damaged"),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason(data, code):
    with pytest.raises(Refused) as refusal:
        office_kind(data, "a.x")
    assert refusal.value.code == code


def ole2(*streams, flags=0):
    """An OLE2 file with streams of these names at its root (MS-CFB), the Word flags in the first."""

    def entry(name, kind, child=-1, right=-1, start=-2, size=0):
        text = name.encode("utf-16-le") + b"\0\0"
        number = (-1).to_bytes(4, "little", signed=True)
        return (
            text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([kind, 1]) + number
            + right.to_bytes(4, "little", signed=True) + child.to_bytes(4, "little", signed=True) + bytes(36)
            + start.to_bytes(4, "little", signed=True) + size.to_bytes(8, "little")
        )  # fmt: skip

    size = 4096
    body = (bytes(10) + flags.to_bytes(2, "little")).ljust(size, b"\0")
    sectors = len(body) // 512
    directory = entry("Root Entry", 5, child=1)
    for at, name in enumerate(streams, 1):
        directory += entry(
            name, 2, right=at + 1 if at < len(streams) else -1, start=2 if at == 1 else -2, size=size if at == 1 else 0
        )
    directory = directory.ljust(512, b"\0")
    chain = [-3, -2, *range(3, 2 + sectors), -2]
    fat = b"".join(value.to_bytes(4, "little", signed=True) for value in [*chain, *[-1] * (128 - len(chain))])
    head = OLE2 + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(10) + (1).to_bytes(4, "little")
    head += (
        (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little") + (-2).to_bytes(4, "little", signed=True)
    )
    head += bytes(4) + (-2).to_bytes(4, "little", signed=True) + bytes(4) + bytes(4) + b"\xff" * (108 * 4)
    return head[:512] + fat + directory + body


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (ole2("WordDocument"), "doc"),
        (ole2("WordDocument", flags=0x0100), "encrypted"),
        (ole2("EncryptedPackage", "EncryptionInfo"), "encrypted"),
        (ole2("Workbook"), "xls"),
        (ole2("Book"), "xls"),
        (ole2("PowerPoint Document"), "unsupported"),
        (ole2("Whatever"), "unsupported"),
    ],
)
def test_the_streams_of_an_ole2_file_say_what_it_is(data, outcome):
    assert outcome_of(data) == outcome


def outcome_of(data):
    """The kind of a file, or why it is refused."""
    try:
        return office_kind(data, "a.wps")
    except Refused as refusal:
        return refusal.code


def test_without_libreoffice_the_hint_says_what_to_do(monkeypatch):
    monkeypatch.setattr(office, "find_soffice", lambda: None)
    with pytest.raises(Refused) as refusal:
        read_source(rb"{\rtf1 12}", "报告.rtf")
    assert refusal.value.code == "unsupported"
    assert "LibreOffice" in str(refusal.value)
    assert ".docx" in str(refusal.value)


@pytest.mark.parametrize("kind", ["doc", "rtf", "odt"])
def test_a_document_saved_by_libreoffice_gives_the_same_facts(kind, tmp_path):
    lines = sample_lines("work-summary.txt")
    data = converted(word_file(lines), "docx", kind, tmp_path)
    extraction = extract_source(data, f"a.{'wps' if kind == 'doc' else kind}")
    assert extraction.source.kind == kind
    assert extraction.source.layer.text == "\n".join(lines)
    text = extract_source("\n".join(lines).encode(), "a.txt")
    assert [(f.indicator, f.value, f.period, f.number) for f in extraction.facts] == [
        (f.indicator, f.value, f.period, f.number) for f in text.facts
    ]


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx:Calc MS Excel 2007 XML"])
def test_a_workbook_saved_by_libreoffice_gives_the_same_table(kind, tmp_path):
    source = read_source(converted(by_openpyxl(), "xlsx", kind, tmp_path), f"a.{kind[:4].strip(':')}")
    assert source.layer.text == TABLE_TEXT
    check_table(source)
    assert source.hints["hidden_sheets"] == "草稿"


def test_a_document_that_libreoffice_can_not_open_is_damaged():
    if office.find_soffice() is None:
        pytest.skip("LibreOffice is not installed here")
    with pytest.raises(Refused) as refusal:
        read_source(ole2("WordDocument"), "a.doc")
    assert refusal.value.code == "damaged"


def test_a_conversion_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nsleep 60 &\nwait\n")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "find_soffice", lambda: str(slow))
    monkeypatch.setattr(office, "CONVERSION_SECONDS", 0.5)
    start = time.monotonic()
    with pytest.raises(Refused) as refusal:
        read_source(rb"{\rtf1 12}", "a.rtf")
    assert refusal.value.code == "too_large"
    assert time.monotonic() - start < 10


def test_libreoffice_follows_no_link(tmp_path):
    if office.find_soffice() is None:
        pytest.skip("LibreOffice is not installed here")
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        text = read_source(packed(linked(address)), "a.odt").layer.text
        with suppress(TimeoutError):
            asked.append(server.accept())
    assert text == "共12所"
    assert asked == []


def linked(address):
    """A document of OpenDocument with a picture that lies elsewhere, a section from there, and a macro on opening."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("script", "script"))
    )
    names += ' xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"'
    body = (
        f'<text:p>共12所<draw:frame text:anchor-type="as-char"><draw:image xlink:href="{address}"/></draw:frame></text:p>'
        f'<text:section text:name="s"><text:section-source xlink:href="{address}"/></text:section>'
    )
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    return {
        "mimetype": ODT,
        "content.xml": f"<office:document-content {names}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        MANIFEST: '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f"{entry.format('/', ODT)}{entry.format('content.xml', 'text/xml')}</manifest:manifest>",
    }


def test_libreoffice_is_told_to_run_no_macros(monkeypatch):
    seen = []

    def run(command, name):
        profile = Path(urlsplit(command[1].partition("=")[2]).path)
        seen.append((profile / "user" / "registrymodifications.xcu").read_text(encoding="utf-8"))

    monkeypatch.setattr(office, "_run", run)
    monkeypatch.setattr(office, "find_soffice", lambda: "soffice")
    with pytest.raises(Refused):
        read_source(rb"{\rtf1 12}", "a.rtf")
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true' in seen[0]
