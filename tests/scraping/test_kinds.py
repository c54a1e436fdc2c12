"""The ending of a file is told by its bytes."""

import io
import zipfile

import pytest

from pipeline.scraping.kinds import ending_of
from tests.scraping.server import docx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (docx("a"), "docx"),
        (zipped("xl/workbook.xml"), "xlsx"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (zipped("report.txt"), "zip"),
        (b"PK\x03\x04 broken", "zip"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE, "ole"),
        (b"{\\rtf1 a}", "rtf"),
        (b"\x89PNG\r\n", "png"),
        (b"\r\n<!DOCTYPE html><p>", "html"),
        (b"\xef\xbb\xbf<HTML lang=zh>", "html"),
        ("<div><p>学校</p><p>学位</p></div>".encode("gbk"), "html"),
        (b'{"list": []}', "json"),
        (b'<?xml version="1.0"?><datastore/>', "xml"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', "html"),
        ("全县新增学位500个。".encode("gb18030"), "txt"),
        ("全县".encode("utf-16"), "txt"),
        (b"\x00\x01\x02", "bin"),
        (b"", "txt"),
    ],
)
def test_ending_of(data, ending):
    assert ending_of(data) == ending
