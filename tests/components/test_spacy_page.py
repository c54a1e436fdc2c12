"""The examples of ``docs/spacy.md`` print what it shows."""

from __future__ import annotations

import doctest
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "spacy.md"


def test_the_examples_print_what_the_page_shows() -> None:
    failed, tried = doctest.testfile(str(DOCS), module_relative=False, encoding="utf-8")
    assert tried > 10
    assert not failed
