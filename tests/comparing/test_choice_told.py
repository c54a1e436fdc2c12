"""What was not picked is listed with the rule that decided."""

import pytest

from pipeline.comparing import OTHER_COLUMNS, deciding_rule, others_table
from pipeline.comparing.derived_table import DERIVED_COLUMNS
from pipeline.comparing.promises import PROMISE_COLUMNS
from pipeline.comparing.tables import COLUMNS, WIDE_HEAD
from tests.comparing.comparing_rows import chosen, made


@pytest.mark.parametrize(
    ("rule", "better", "worse"),
    [
        ("scope", {}, {"scope": "城区"}),
        ("bound", {}, {"bound": "approx", "report_published": "2025"}),
        ("report_published", {}, {"report_published": "2023-12", "damage": 0.0}),
        ("damage", {}, {"damage": 0.3, "confidence": 0.99}),
        ("confidence", {}, {"confidence": 0.5, "path": "0.txt"}),
        ("order", {}, {"path": "b.txt"}),
        ("order", {}, {"start": 7}),
    ],
)
def test_the_rule_that_decided_is_named(rule, better, worse, names):
    first = made("schools", 58, id="1" * 16, **better)
    second = made("schools", 59, id="2" * 16)._replace(**worse)
    assert deciding_rule(first, second) == rule
    table = others_table(chosen(second, first), names, "en")
    (row,) = (dict(zip(table.headings, row, strict=True)) for row in table.rows)
    assert (row["fact"], row["picked"], row["rule"]) == (second.id, first.id, rule)
    assert row["contradicts"] == (0 if rule == "scope" or second.bound == "approx" else 1)


def test_every_column_has_a_chinese_name(names):
    for column in (*COLUMNS, *OTHER_COLUMNS, *DERIVED_COLUMNS, *PROMISE_COLUMNS, *WIDE_HEAD):
        heading = names.labels.heading(column)
        assert heading.endswith(f" {column}"), column
        assert not heading.isascii(), column
