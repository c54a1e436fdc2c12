"""Words are cut by a tokenizer written in Rust: they must be those of jieba's own, with the same dictionary."""

from __future__ import annotations

import logging
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.cutting import cut, field_words, tokenizer

CORPORA = Path(__file__).parents[2] / "corpora"
jieba.setLogLevel(logging.ERROR)


@pytest.mark.parametrize("path", sorted(CORPORA.glob("labelled/[a-h]*.txt")), ids=lambda path: path.stem)
def test_the_words_are_jiebas(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert cut(text) == tokenizer().lcut(text, HMM=False)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="全县新建学校3所，增位1.2万个。随迁子女优质均衡澜沧拉祜族自治A b\n", max_size=60))
def test_joined_they_are_the_text(text: str) -> None:
    assert "".join(cut(text)) == text


def test_words_of_the_field_hold_together() -> None:
    assert {"优质均衡", "随迁子女", "澜沧拉祜族自治县"} & set(field_words())
    assert "澜沧拉祜族自治县" in cut("澜沧拉祜族自治县的学校")
    assert "随迁子女" in cut("随迁子女入学")
