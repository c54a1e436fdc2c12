"""Every limit is told in the documentation, and a source is held to its size whoever hands it over."""

import re
from pathlib import Path

import pytest

from pipeline import limits
from pipeline.errors import Refused
from pipeline.reading import read_source
from pipeline.reading import source as source_module

ROOT = Path(__file__).parents[2]


def test_a_source_is_held_to_its_size(monkeypatch):
    monkeypatch.setattr(source_module, "MAX_SOURCE_BYTES", 10)
    with pytest.raises(Refused) as caught:
        read_source("全县现有小学12所。".encode(), "a.txt")
    assert caught.value.code == "too_large"


def test_every_limit_is_told():
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/reliability.md").read_text(encoding="utf-8")))
    assert {name for name in vars(limits) if name.isupper() and not name.startswith("_")} <= told
