"""Inputs made by chance: none ends the program, takes longer than it may, or breaks a promise.

``make test`` tries some hundred, ``make long-fuzz`` a hundred thousand (COUNTYFACTS_FUZZ); other ones with
COUNTYFACTS_SEED. What is found is printed with its number, and kept in ``tests/fuzz/corpus``.
"""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.engines.spreading import default_processes
from pipeline.errors import Refused
from tests.fuzz.asking import DATABASE, make_database
from tests.fuzz.running import WEIGHTS, campaign, look_into

COUNT = int(os.environ.get("COUNTYFACTS_FUZZ", "400"))
FIRST = int(os.environ.get("COUNTYFACTS_SEED", "0"))

CORPUS = Path(__file__).parent / "corpus"
"""Inputs that broke something once; new ones are made of them too."""


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_was_found_once(path):
    with suppress(Refused):
        look_into(path.read_bytes(), path.name)


def test_a_path_that_is_too_long_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["text", "a" * 5000])
    assert ended.value.code == 2
    assert "name another file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["show", "\udcff"], ["facts", "--region", "\udcff"], ["search", "\udcff"], ["backup", "."]]
)
def test_what_was_typed_once_is_told(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main([*words, "--db", str(make_database(tmp_path))])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("how", ["table", "csv", "json", "jsonl"])
def test_a_query_that_asks_for_nothing_is_answered_so(how, capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        main(["sql", "", "--format", how, "--db", str(make_database(tmp_path))])
    assert ended.value.code == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("data", "status"), [("苍山县\n".encode("gb18030"), 0), (bytes(range(256)), 1)])
def test_a_list_of_regions_in_any_encoding(data, status, capsys, tmp_path):
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(SystemExit) as ended:
        main(["facts", "--regions", str(tmp_path / "list.csv"), "--db", str(make_database(tmp_path))])
    assert ended.value.code == status
    assert "list.csv" in capsys.readouterr().err or not status


def test_inputs_made_by_chance(tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE, str(make_database(tmp_path)))
    read = refused = 0
    found = []
    for outcome in campaign(FIRST, COUNT, default_processes()):
        read, refused = read + outcome.read, refused + outcome.refused
        found += outcome.found
        for target, number, what in outcome.found:
            print(f"{target} {number}: {what}", flush=True)
    print(f"inputs from number {FIRST}: {read} read, {refused} refused, {len(found)} found")
    assert not found, "\n".join(f"{target} {number}: {what}" for target, number, what in found[:10])
    assert read > COUNT // 5
    assert refused > COUNT // 50
    assert read + refused >= COUNT - len(WEIGHTS)
