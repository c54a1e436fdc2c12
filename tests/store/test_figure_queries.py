"""The numbers of all sources, facts or not."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.model import Bound, Extraction, Figure, NumberClass, NumberUse
from pipeline.store import figures, unlinked_figures
from pipeline.store.rows import rows_of
from pipeline.store.writer import FileStamp, Store
from tests.records import CANGSHAN, make_extraction

TEXT = "仓山区2023年总结\n全区新增学位2400个，建成食堂12—15个。"


def with_unlinked(extraction: Extraction) -> Extraction:
    start = extraction.source.layer.text.index("12—15个")
    figure = Figure(start, start + 6, "12—15个", NumberClass.QUANTITY, "range with unit 个", Decimal(12), Decimal(15),
                    "item", "count", Bound.RANGE)  # fmt: skip
    use = NumberUse(start, start + 6, "12—15个", 0, figure, "quantity", "range with unit 个; fits no indicator")
    return replace(extraction, numbers=(*extraction.numbers, use))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("db") / "facts.db"
    with Store(path) as store:
        store.start_run(["x"])
        for extraction in (
            with_unlinked(make_extraction(TEXT, (), name="b.txt", region=CANGSHAN)),
            make_extraction(name="a.txt"),
        ):
            store.put(rows_of(extraction), extraction.source.name, FileStamp(1, 2, 3))
    return path


def test_all_in_order(db):
    assert [(f.path, f.number, f.used) for f in figures(db)] == [
        ("a.txt", "2023年", "date"),
        ("a.txt", "2400个", "fact"),
        ("a.txt", "约650.50元", "fact"),
        ("a.txt", "58所", "fact"),
        ("b.txt", "2023年", "date"),
        ("b.txt", "12—15个", "quantity"),
    ]
    assert [f.number for f in figures(db, limit=2)] == ["2023年", "2400个"]


def test_of_a_class(db):
    assert {f.number_class for f in figures(db, ["quantity"])} == {"quantity"}
    with pytest.raises(UsageError, match="did you mean quantity"):
        figures(db, ["quantiti"])


def test_unlinked(db):
    (figure,) = unlinked_figures(db)
    assert (figure.value, figure.value_high, figure.unit, figure.bound) == (12, 15, "item", "range")
    assert figure.before.endswith("建成食堂")
    assert figure.after == "。"
    assert TEXT[figure.start : figure.end] == figure.number
