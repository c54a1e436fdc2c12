"""A folder of files one in ten of which is broken, in twenty ways: the others go in, each of those is listed with its reason.

``make test`` takes two hundred files, ``make long-broken`` ten thousand (COUNTYFACTS_BROKEN: how many are broken).
"""

import bz2
import gzip
import os
import random

import pytest

from pipeline.engines import ingest
from pipeline.engines.spreading import default_processes
from tests.reading.archives import encrypted, nested_bomb, zip_bomb, zipped
from tests.reading.office_files import word_file, xlsx
from tests.safety.databases import check_whole
from tests.safety.forks import SEED, write_report

BROKEN = int(os.environ.get("COUNTYFACTS_BROKEN", "20"))
WHOLE = 9 * BROKEN
REPORT = "全县现有小学12所。\n".encode()
DOCX = word_file(["全县现有小学12所。"])
XLSX = xlsx('<sheetData><row r="1"><c r="A1"><v>98</v></c></row></sheetData>')

WAYS = {
    "empty.txt": (lambda n: b"", "empty"),
    "blank.txt": (lambda n: b" \n\t\r\n" * (n + 1), "empty"),
    "page.html": (lambda n: b"<html><script>var a=%d</script></html>" % n, "empty"),
    "binary.txt": (lambda n: random.Random(n).randbytes(3000), "binary"),
    "zeros.txt": (lambda n: bytes(3000 + n), "binary"),
    "line.txt": (lambda n: "全县新增学位4500个，".encode() * 100_000, "too_large"),
    "program.exe": (lambda n: b"MZ" + random.Random(n).randbytes(2000), {"binary", "unsupported"}),
    "packed.bz2": (lambda n: bz2.compress(REPORT * (n + 1)), {"unsupported", "binary"}),
    "cut.docx": (lambda n: DOCX[: len(DOCX) // 2 + n], "damaged"),
    "hollow.docx": (lambda n: DOCX.replace(b"word/document.xml", b"word/documenu.xml"), {"damaged", "empty", "unsupported"}),
    "cut.xlsx": (lambda n: XLSX[: len(XLSX) - 60 - n % 20], "damaged"),
    "flipped.xlsx": (lambda n: XLSX[:60] + bytes(40) + XLSX[100:], {"damaged", "unsupported", "binary"}),
    "cut.pdf": (lambda n: b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pa" + b" " * n, "damaged"),
    "nothing.pdf": (lambda n: b"%PDF-1.4\n" + b"x" * (300 + n), "damaged"),
    "locked.zip": (lambda n: encrypted(zipped({f"{n}.txt": REPORT})), "encrypted"),
    "bomb.zip": (lambda n: zip_bomb(size=(4 << 30) + n), "bomb"),
    "nested.zip": (lambda n: nested_bomb(), "bomb"),
    "cut.zip": (lambda n: zipped({f"{n}.txt": REPORT * 50})[:-60], "damaged"),
    "hollow.zip": (lambda n: zipped({}), "empty"),
    "cut.gz": (lambda n: gzip.compress(random.Random(n).randbytes(2000))[:-300], {"damaged", "unsupported"}),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    inbox = tmp_path / "in"
    inbox.mkdir()
    rng = random.Random(SEED)
    for number in range(WHOLE):
        path = inbox / f"{number:05}.txt"
        write_report(path, rng)
        path.write_text(f"第{number}号\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    for number in range(BROKEN):
        name = list(WAYS)[number % len(WAYS)]
        (inbox / f"{number:05}-{name}").write_bytes(WAYS[name][0](number))
    return inbox


def test_the_broken_are_listed_and_the_others_go_in(folder):
    assert len(WAYS) == 20
    db = folder.parent / "facts.db"
    summary = ingest([folder], db, processes=default_processes(), seconds=0)
    wrong = []
    for rejection in summary.refused:
        name = rejection.name.split("!/")[0].rpartition("/")[2]
        expected = WAYS[name.partition("-")[2]][1] if "-" in name else "nothing"
        if rejection.code not in ({expected} if isinstance(expected, str) else expected) or not rejection.message:
            wrong.append((name, rejection.code, expected))
    assert wrong == []
    listed = {rejection.name.split("!/")[0].rpartition("/")[2] for rejection in summary.refused}
    assert len(listed) == BROKEN
    assert (summary.read, check_whole(db)) == (WHOLE, WHOLE)
    print(f"{summary.read} in, {len(listed)} listed, in {summary.seconds:.0f} seconds")
