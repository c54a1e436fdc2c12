"""Scores as the gold sets define them, and floors that hold."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.scoring import evaluate_documents, run_evaluation
from pipeline.engines import Candidate, extract
from pipeline.errors import ResourceError
from pipeline.evaluating import (
    GoldSetEntry,
    agrees,
    check_floors,
    digest_of,
    find_documents,
    load_floors,
    pair,
    raised,
    read_jsonl,
    score_set,
)

ROOT = Path(__file__).parents[2]


def row(**fields: object) -> dict[str, object]:
    base = {
        "indicator": "schools", "value": 58, "value_high": None, "measure": "level", "bound": "exact",
        "status": "actual", "period": "2023", "level": None, "sector": None, "region": "350111", "number": "58所",
        "context": "共58所",
    }  # fmt: skip
    return {**base, **fields}


@pytest.mark.parametrize(
    ("field", "gold", "fact", "expected"),
    [
        ("period", "2023", "2023", True),
        ("period", ["2023", "2022/2023"], "2022/2023", True),
        ("period", "2023", None, False),
        ("period", None, None, True),
        ("region", None, "350111", None),
        ("region", "350111", None, False),
        ("level", None, "basic", True),
        ("level", "compulsory", None, True),
        ("level", ["primary", None], "basic", True),
        ("level", "primary", None, False),
    ],
)
def test_agreement(field, gold, fact, expected):
    assert agrees(field, row(**{field: gold}), row(**{field: fact})) is expected


def test_pairs_are_one_to_one_and_the_most_alike_go_first():
    gold = [row(period="2022"), row(period="2023")]
    facts = [row(period="2023"), row(period="2022"), row(period="2023")]
    assert sorted(pair(gold, facts)) == [(0, 1), (1, 0)]


def test_scores():
    scores = score_set([("a", [row(), row(value=3)], [row(), row(value=9), row(period="2020")])])
    assert (scores.found.precision, scores.found.recall) == (pytest.approx(1 / 3), 0.5)
    assert scores.whole.hits == 1
    assert score_set([("a", [], [])]).found.f1 == 0


_rows = st.lists(
    st.builds(
        row,
        indicator=st.sampled_from(["schools", "teachers"]),
        value=st.sampled_from([1, 1.00005, 2, 100000, 100009, -0.5]),
        value_high=st.sampled_from([None, None, 3]),
        measure=st.sampled_from(["level", "growth"]),
        bound=st.sampled_from(["exact", "over"]),
        period=st.sampled_from(["2023", None, ["2023", None]]),
        level=st.sampled_from([None, "basic", "primary", ["primary", "compulsory"]]),
        region=st.sampled_from([None, "350111"]),
        number=st.sampled_from(["1", "2"]),
    ),
    max_size=7,
)


@given(gold=_rows, facts=_rows)
def test_the_numbers_are_those_of_the_shared_scorer(shared, gold, facts):
    facts = [{**fact, **{k: v[0] if isinstance(v, list) else v for k, v in fact.items()}} for fact in facts]
    theirs = _shared_scorer(shared)
    pairs, missed, invented = theirs.pair(gold, facts)
    scores = score_set([("a", gold, facts)])
    ours = scores.documents[0]
    assert len(ours.pairs) == len(pairs)
    assert (len(ours.missed), len(ours.invented)) == (len(missed), len(invented))
    assert ours.whole_pairs == sum(all(theirs.agrees(f, g, x) is not False for f in theirs.FIELDS) for g, x in pairs)
    assert (scores.found.precision, scores.found.recall, scores.found.f1) == pytest.approx(
        theirs.f1(len(pairs), len(facts), len(gold))
    )


def _shared_scorer(shared: Path):
    sys.path.insert(0, str(shared / "tools"))
    try:
        import score  # noqa: PLC0415 - it stands outside the project
    finally:
        sys.path.pop(0)
    return score


def test_the_table_is_that_of_the_shared_scorer(shared, tmp_path):
    documents = find_documents(shared / "gold", shared / "corpora")
    scores = evaluate_documents(documents)
    for document, result in zip(
        documents, extract([Candidate(d.document.name, d.document) for d in documents]), strict=True
    ):
        lines = [json.dumps(fact, ensure_ascii=False) for fact in result.facts]
        (tmp_path / f"{document.name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(shared / "tools/score.py"), "--json", *map(str, sorted(tmp_path.iterdir()))]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert theirs["documents"]["ALL"]["found"] == pytest.approx(
        [scores.found.precision, scores.found.recall, scores.found.f1]
    )
    assert theirs["documents"]["ALL"]["whole"][2] == pytest.approx(scores.whole.f1)
    assert theirs["fields"] == pytest.approx(scores.fields)


def test_the_samples_are_above_their_floors(capsys):
    floors = load_floors(ROOT / "evaluation.yaml")
    entry = floors.sets["samples"]
    documents = find_documents(ROOT / entry.gold, ROOT / entry.documents)
    scores = evaluate_documents(documents)
    assert list(check_floors("samples", entry, digest_of(documents), scores)) == []


def _set(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("晋安区教育局2023年工作总结\n2023年，全区共有小学58所。\n", encoding="utf-8")
    gold = row(level="primary", context="全区共有小学58所")
    (tmp_path / "a.jsonl").write_text(json.dumps(gold, ensure_ascii=False) + "\n", encoding="utf-8")
    path = tmp_path / "evaluation.yaml"
    path.write_text(
        "sets:\n  mine: {gold: ., documents: ., digest: x}\n"
        "  gone: {gold: n, documents: n, optional: true, digest: x}\n"
    )
    return path


def test_a_run_of_the_gate(tmp_path, capsys):
    path = _set(tmp_path)
    options = {"show": True, "as_json": False, "processes": 1}
    assert "the gold changed" in run_evaluation(path, raise_floors=False, **options)[0]
    assert run_evaluation(path, raise_floors=True, **options) == []
    assert run_evaluation(path, raise_floors=False, **options) == []
    entry = load_floors(path).sets["mine"]
    assert 0.9 < entry.floors["found"] < 1
    (tmp_path / "a.txt").write_text("没有数字。\n", encoding="utf-8")
    faults = run_evaluation(path, raise_floors=False, **options)
    assert "the gold changed" in faults[0]
    assert any("found is 0.0000, under its floor" in fault for fault in faults)
    run_evaluation(path, raise_floors=True, **options)
    assert load_floors(path).sets["mine"].floors["found"] == entry.floors["found"]
    shown = capsys.readouterr()
    assert "mine: missed" in shown.out or "a: missed" in shown.out
    assert "gone: n isn't here" in shown.err


def test_floors_are_never_lowered():
    scores = score_set([("a", [row()], [])])
    entry = GoldSetEntry(gold=".", documents=".", digest="x", floors={"found": 0.9})
    assert raised(entry, "y", scores).floors["found"] == 0.9
    assert raised(entry, "y", scores).digest == "y"


def test_gold_without_its_document(tmp_path):
    (tmp_path / "a.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(ResourceError, match=r"no document a\.\*"):
        find_documents(tmp_path, tmp_path)
    (tmp_path / "a.jsonl").write_text("{}\n{", encoding="utf-8")
    with pytest.raises(ResourceError, match="line 2: not JSON"):
        read_jsonl(tmp_path / "a.jsonl")
