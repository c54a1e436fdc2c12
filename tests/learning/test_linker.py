"""Learning the linker: the same documents give the same model, and what is wrong is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.facts import LinkerModel
from pipeline.learning import train_linker

ROOT = Path(__file__).parents[2]
SOME = ("communique", "city-by-county", "work-summary", "budget-note", "brief-news", "scan-ocr")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "labelled"
    target.mkdir()
    for name in SOME:
        for ending in (".txt", ".jsonl"):
            shutil.copy(ROOT / "corpora" / "samples" / f"{name}{ending}", target)
    return target


def test_the_same_documents_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    texts = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        report = train_linker([folder], tmp_path / name)
        assert "6 documents" in report
        texts.append((tmp_path / name / "linker.json").read_bytes() + (tmp_path / name / "linker.md").read_bytes())
    assert texts[0] == texts[1]
    model = LinkerModel.model_validate_json((tmp_path / "first" / "linker.json").read_bytes())
    assert len(model.keys) > 100


def test_the_shipped_model_fits_its_schema_and_has_a_card() -> None:
    model = LinkerModel.model_validate(json.loads((ROOT / "models" / "linker.json").read_text(encoding="utf-8")))
    assert -2 < model.threshold < 2
    assert model.slope > 0
    assert "Limits" in (ROOT / "models" / "linker.md").read_text(encoding="utf-8")
