import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.mapped import Mapped
from pipeline.model import CleanText, Report, Source, TextLayer
from pipeline.places import load_gazetteer, locate
from pipeline.reading import read_source
from tests.places.places_measure import documents, measure

RIGHT, WRONG = 0.985, 0.01


@pytest.mark.shared
def test_the_region_of_gold_facts(shared: Path) -> None:
    total: Counter[str] = Counter()
    for document, gold in documents(shared):
        total += measure(document, gold)[0]
    told = total["right"] + total["null"] + total["wrong"]
    assert total["right"] / told >= RIGHT, total
    assert total["wrong"] / told <= WRONG, total


@pytest.mark.shared
def test_every_gold_region_is_a_unit_of_today(shared: Path) -> None:
    codes = set()
    for _, gold in documents(shared):
        for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines()):
            codes.update(row["region"] if isinstance(row["region"], list) else [row["region"]])
    assert not codes - {None} - load_gazetteer().regions.keys()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ((4, 20), {"530800"}),
        ((21, 40), {"341602"}),
        ((42, 78), {None}),
        ((79, 84), {"340802"}),
        ((95, 110), {"370700"}),
    ],
)
def test_the_reports_of_the_dump_one_by_one(shared: Path, lines: tuple[int, int], codes: set[str | None]) -> None:
    """Masked reports are right or null, never wrong."""
    text = read_source((shared / "corpora/document-site-dump.txt").read_bytes(), "dump.txt").layer.text
    part = "\n".join(text.split("\n")[lines[0] - 1 : lines[1]])
    clean = CleanText(Mapped.identity(part), ())
    source = Source("a.txt", "0" * 64, len(part), "text", "utf-8", TextLayer(part))
    (reading,), _ = locate(source, clean, (Report(0, ((0, len(part)),)),))
    assert reading.adcode in codes | {None}
