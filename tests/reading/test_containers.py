"""What is in containers, by which names, and what is refused."""

import gzip
import io
import tarfile
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import limits
from pipeline.errors import Refused
from pipeline.reading import read_source
from pipeline.reading.opening import list_entries, open_container, open_inside, tars, tree, warcs, zips
from pipeline.reading.opening.names import harmless, told_apart
from tests.reading.archives import (
    crawl,
    encrypted,
    hand_made,
    mail,
    nested_bomb,
    saved_page,
    tarred,
    with_unicode_path,
    zip_bomb,
    zipped,
)

REPORT = "全县现有小学12所。".encode()
PAGE = "<html><body><p>全县现有小学12所。</p></body></html>"


def opened(data: bytes, name: str = "a.zip"):
    container = open_container(io.BytesIO(data), name)
    assert container is not None
    return container


def names(data: bytes, name: str = "a.zip") -> list[str]:
    return [entry.name for entry in list_entries(opened(data, name))]


def contents(data: bytes, name: str = "a.zip") -> dict[str, bytes | str]:
    """The bytes of each member, read the way workers read them, or the code of why not."""
    container = opened(data, name)
    found: dict[str, bytes | str] = {}
    for entry in list_entries(container):
        if entry.problem is not None:
            found[entry.name] = entry.problem[0]
        elif entry.keys:
            inner = open_inside(opened(data, name), entry.keys[:-1])
            found[entry.name] = inner.read(entry.keys[-1], limits.MAX_SOURCE_BYTES)
    return found


def refusal(data: bytes, name: str = "a.zip") -> Refused:
    with pytest.raises(Refused) as caught:
        list_entries(opened(data, name))
    return caught.value


NAMES = {"教育局/2023年总结.docx": REPORT, "plain.txt": REPORT, "附件/表一.xlsx": REPORT}


@pytest.mark.parametrize(
    "data",
    [
        zipped(NAMES),
        zipped(NAMES, gbk=True),
        zipped(NAMES, gbk=True, method=zipfile.ZIP_STORED),
        tarred(NAMES),
        tarred(NAMES, mode="w:gz"),
    ],
    ids=["utf-8", "gbk", "stored", "tar", "tar.gz"],
)
def test_members_by_their_names(data):
    assert contents(data) == NAMES


def test_the_unicode_path_field_goes_before_guesses():
    assert contents(with_unicode_path("德宏傣族景颇族自治州.txt", REPORT)) == {"德宏傣族景颇族自治州.txt": REPORT}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\总结.txt", "Windows/总结.txt"),
        ("\\\\server\\share\\a.txt", "server/share/a.txt"),
        ("a/./b//../c.txt", "a/b/c.txt"),
        ("a\x00.txt\n.exe", "a_.txt_.exe"),
        ("总结\u202etxt.exe", "总结_txt.exe"),
        ("..", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_tricks_with_names_come_to_nothing(name, shown):
    assert harmless(name) == shown


@given(st.text())
def test_no_name_leads_anywhere(name):
    shown = harmless(name)
    assert shown
    assert not shown.startswith("/")
    assert not {"..", ".", ""} & set(shown.split("/"))
    assert all(character.isprintable() or character.isspace() or ord(character) > 0x9F for character in shown)
    assert not set("\x00\n\r\t\\") & set(shown)


@given(st.lists(st.sampled_from(["a.txt", "a (2).txt", "b/a.txt", "c", "d.e/c"])))
def test_names_are_told_apart(some):
    apart = told_apart(some)
    assert len(set(apart)) == len(apart) == len(some)
    assert [name for name in apart if name in some] or not some


def test_a_zip_with_tricks_is_read_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = zipped({"../../evil.txt": REPORT, "/abs.txt": REPORT, "ok.txt": REPORT, "sub/../ok.txt": REPORT})
    assert contents(data) == {"evil.txt": REPORT, "abs.txt": REPORT, "ok.txt": REPORT, "sub/ok.txt": REPORT}
    assert list(tmp_path.iterdir()) == []


def test_containers_within_containers():
    inner = zipped({"乙.txt": REPORT}, gbk=True)
    outer = zipped(
        {"b.zip": inner, "c.tar.gz": tarred({"c.txt": REPORT}, mode="w:gz"), "d.txt.gz": gzip.compress(REPORT)}
    )
    assert contents(outer) == {"b.zip!/乙.txt": REPORT, "c.tar.gz!/c.txt": REPORT, "d.txt.gz!/d.txt": REPORT}


def test_one_bad_member_leaves_the_others():
    inner = zipped({"x.txt": REPORT})
    data = zipped({"a.txt": REPORT, "broken.zip": inner[:-30], "locked.zip": encrypted(inner), "z.txt": REPORT})
    assert contents(data) == {
        "a.txt": REPORT,
        "broken.zip": "damaged",
        "locked.zip!/x.txt": "encrypted",
        "z.txt": REPORT,
    }


def test_an_office_file_is_no_container():
    for part in ("[Content_Types].xml", "mimetype", "OFD.xml"):
        assert open_container(io.BytesIO(zipped({part: b"<x/>", "word/document.xml": b"<x/>"})), "a.docx") is None
    assert open_container(io.BytesIO(REPORT), "a.txt") is None
    inner = zipped({"[Content_Types].xml": b"<x/>"})
    assert contents(zipped({"总结": inner})) == {"总结": inner}


def test_encrypted_archives_are_said_to_be():
    assert refusal(encrypted(zipped(NAMES))).code == "encrypted"
    one = encrypted(zipped({"a.txt": REPORT}))
    assert contents(one) == {"a.txt": "encrypted"}


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.95, 0.999])
def test_truncated_archives(cut):
    data = zipped(NAMES)
    with pytest.raises(Refused) as caught:
        list_entries(opened(data[: int(len(data) * cut)]))
    assert caught.value.code == "damaged"
    assert "cut-off" in str(caught.value)
    data = tarred(NAMES, mode="w:gz")
    with pytest.raises(Refused) as caught:
        contents(data[: int(len(data) * cut)])
    assert caught.value.code == "damaged"


def test_a_damaged_member_is_found_out_when_it_is_read():
    data = bytearray(zipped({"a.txt": REPORT * 50, "b.txt": REPORT}, method=zipfile.ZIP_STORED))
    data[60] ^= 0xFF
    container = opened(bytes(data))
    with pytest.raises(Refused, match="damaged"):
        container.read(0, 10_000)
    assert container.read(1, 10_000) == REPORT


def test_a_bomb_is_refused_by_what_it_says_of_itself():
    assert refusal(zip_bomb()).code == "bomb"
    small = contents(zip_bomb(size=200 << 20, count=2))
    assert small == {"0.dll": "bomb", "1.dll": "bomb"}
    assert refusal(hand_made([(f"{n}.txt", b"\x03\x00", 0) for n in range(9)], shared=True)).code == "bomb"


def test_a_bomb_that_lies_about_its_size_stops_there():
    packer = zlib.compressobj(9, 8, -15)
    packed = packer.compress(b"\0" * (1 << 20)) + packer.flush()
    container = opened(hand_made([("a.txt", packed, 10)]))
    with pytest.raises(Refused) as caught:
        container.read(0, limits.MAX_SOURCE_BYTES)
    assert caught.value.code == "damaged"


def test_a_gzip_bomb_stops_at_the_limit():
    container = opened(gzip.compress(b"\0" * (limits.MAX_SOURCE_BYTES + 1)), "a.txt.gz")
    with pytest.raises(Refused) as caught:
        container.read(0, limits.MAX_SOURCE_BYTES)
    assert caught.value.code == "too_large"


def test_a_bomb_of_archives_in_archives_is_refused_as_a_whole():
    refused = refusal(nested_bomb())
    assert refused.code == "bomb"
    assert "archives" in str(refused)


def test_too_deep_an_archive_is_refused_alone():
    data = zipped({"x.txt": REPORT})
    for _ in range(limits.MAX_DEPTH):
        data = zipped({"in.zip": data, "y.txt": REPORT})
    found = contents(data)
    assert found["y.txt"] == REPORT
    assert found["in.zip!/y.txt"] == REPORT
    assert [code for code in found.values() if isinstance(code, str)] == ["too_deep"]


def test_limits_of_a_whole(monkeypatch):
    many = zipped({f"{n}.txt": b"x" for n in range(30)})
    monkeypatch.setattr(tree, "MAX_MEMBERS", 29)
    assert "more than 29 files" in str(refusal(many))
    monkeypatch.undo()
    monkeypatch.setattr(tree, "MAX_ARCHIVE_BYTES", 29)
    assert refusal(many).code == "bomb"
    monkeypatch.undo()
    monkeypatch.setattr(zips, "MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(Refused) as caught:
        opened(many)
    assert caught.value.code == "bomb"
    monkeypatch.undo()
    monkeypatch.setattr(tars, "MAX_NESTED_BYTES", 1000)
    with pytest.raises(Refused) as caught:
        opened(tarred(NAMES, mode="w:gz"))
    assert caught.value.code == "too_large"


def test_links_in_a_tar_are_passed_over():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert names(buffer.getvalue()) == []


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("transport", [True, False])
def test_a_crawl(packed, transport):
    page = PAGE.encode("gb18030")
    data = crawl(
        [
            ("http://www.example.gov.cn/jy/1.html?id=3", "text/html; charset=gbk", page),
            ("http://www.example.gov.cn/logo.png", "image/png", b"\x89PNG"),
            ("http://www.example.gov.cn/down/%E6%80%BB%E7%BB%93.docx", "application/octet-stream", b"PK"),
            ("http://www.example.gov.cn/jy/1.html?id=3", "text/html", page),
        ],
        packed=packed,
        transport=transport,
    )
    entries = list_entries(opened(data, "a.warc.gz"))
    assert [entry.name for entry in entries] == [
        "http://www.example.gov.cn/down/%E6%80%BB%E7%BB%93.docx",
        "http://www.example.gov.cn/jy/1 (2).html?id=3",
        "http://www.example.gov.cn/jy/1.html?id=3",
    ]
    assert entries[2].hints == {
        "address": "http://www.example.gov.cn/jy/1.html?id=3",
        "fetched": "2024-03-05T00:00:00Z",
    }
    assert contents(data, "a.warc.gz")["http://www.example.gov.cn/jy/1.html?id=3"] == page


def test_a_crawl_that_breaks_off_keeps_what_came_before():
    data = crawl([(f"http://e.cn/{n}.html", "text/html", PAGE.encode()) for n in range(3)], packed=False)
    found = list_entries(opened(data.replace(b"WARC/1.0\r\n", b"WARC/1.0\r\n", 1)[:-200] + b"junk" * 30, "a.warc"))
    assert "http://e.cn/0.html" in [entry.name for entry in found]


def test_a_record_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(warcs, "MAX_SOURCE_BYTES", 1 << 20)
    data = crawl([("http://e.cn/0.html", "text/html", b"\0" * (20 << 20))])
    assert refusal(data, "a.warc.gz").code == "bomb"


def test_an_e_mail_is_a_source_and_a_container():
    data = mail(
        html=PAGE, text="全县现有小学12所。", files={"总结.txt": REPORT, "包.zip": zipped({"乙.txt": REPORT}, gbk=True)}
    )
    assert names(data, "a.eml") == ["", "包.zip!/乙.txt", "总结.txt"]
    assert contents(data, "a.eml") == {"包.zip!/乙.txt": REPORT, "总结.txt": REPORT}
    source = read_source(data, "a.eml")
    assert source.kind == "eml"
    assert source.layer.text == "全县现有小学12所。"
    assert source.hints == {
        "title": "关于报送2023年工作总结的函", "publisher": "江州区教育局", "published": "2024-03-05",
    }  # fmt: skip


def test_an_e_mail_without_text_is_a_container_only():
    assert names(mail(text="", files={"总结.txt": REPORT}), "a.eml") == ["总结.txt"]


def test_headers_without_declared_encoding():
    data = mail(text="x").replace(b"Subject:", "Subject: 二〇二三年总结\r\nX-Old:".encode("gb18030"), 1)
    assert read_source(data, "a.eml").hints["title"] == "二〇二三年总结"


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030", "big5"])
def test_a_saved_page(charset):
    words = "全縣現有小學12所，在校學生三千人。" if charset == "big5" else "全县现有小学12所，在校学生三千人。"
    data = saved_page(f"<html><head><title>x</title></head><body><p>{words}</p></body></html>", charset)
    for name in ("a.mht", "a.mhtml", "a.bin"):
        source = read_source(data, name)
        assert source.kind == "mht"
        assert source.layer.text == words
        assert source.hints["address"] == "http://www.example.gov.cn/jy/1.html"


def test_text_that_opens_like_an_e_mail_is_text():
    data = b"From: a\r\nDate: b\r\nSubject: c\r\nMIME-Version: 1.0\r\n\r\n" + REPORT
    assert read_source(data, "a.txt").kind == "text"
    assert read_source("标题:全县教育工作总结\n\n全县有小学3所。".encode(), "a").kind == "text"


def test_an_e_mail_of_parts_without_end():
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3000))
    data = ("From: a@b.cn\r\nTo: c@d.cn\r\nDate: x\r\nMIME-Version: 1.0\r\n" + deep + "\r\n全县有小学3所。").encode()
    with pytest.raises(Refused):
        read_source(data, "a.eml")


HEAD = b"From: a@b.cn\r\nTo: c@d.cn\r\nDate: x\r\nMIME-Version: 1.0\r\n"
PART = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Disposition: attachment; filename="%s"\r\n\r\nx\r\n--b--'


@pytest.mark.parametrize(
    "data",
    [
        HEAD + PART % (b"=?utf-8?q?a?= " * 200_000),
        HEAD + b"Content-Type: message/rfc822\r\n\r\nFrom: a\r\n" * 800 + b"x",
        HEAD + b"Subject: " + b"=?gb2312?B?1tC5+g==?= " * 100_000 + b"\r\n\r\nx",
    ],
)
def test_an_e_mail_that_would_take_endless_time_or_depth(data):
    began = time.process_time()
    assert refusal(data, "a.eml").code == "damaged"
    with pytest.raises(Refused):
        read_source(data, "a.eml")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("data", "what"), [(b"Rar!\x1a\x07\x01\x00", "RAR"), (b"7z\xbc\xaf\x27\x1c\x00", "7z"), (b"BZh91AY", "bzip2")]
)
def test_what_is_not_opened_is_refused_with_the_hint(data, what):
    with pytest.raises(Refused, match=f"{what}.*unpack it"):
        read_source(data + bytes(50), "a.rar")
