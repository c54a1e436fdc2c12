"""Learning the linker: the same documents give the same model, and what is wrong is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.errors import ResourceError
from pipeline.facts import LinkerModel
from pipeline.learning import make_sentences, train_linker

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "corpora" / "labelled" / "templates.yaml"
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
        report = train_linker([folder], TEMPLATES, tmp_path / name)
        assert "6 documents" in report
        texts.append((tmp_path / name / "linker.json").read_bytes() + (tmp_path / name / "linker.md").read_bytes())
    assert texts[0] == texts[1]
    model = LinkerModel.model_validate_json((tmp_path / "first" / "linker.json").read_bytes())
    assert len(model.weights) > 100


def test_the_shipped_model_fits_its_schema_and_has_a_card() -> None:
    model = LinkerModel.model_validate(json.loads((ROOT / "models" / "linker.json").read_text(encoding="utf-8")))
    assert 0 < model.threshold < 1
    assert "Limits" in (ROOT / "models" / "linker.md").read_text(encoding="utf-8")


def test_made_sentences_know_where_their_numbers_stand() -> None:
    sentences = make_sentences(TEMPLATES, 60)
    assert sentences == make_sentences(TEMPLATES, 60)
    numbers = [(s.text[start:end], readings) for s in sentences for start, end, readings in s.numbers]
    assert len(numbers) > 100
    assert all(any(char.isdigit() for char in text) and readings for text, readings in numbers)


def test_a_template_with_a_typo_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "templates.yaml"
    path.write_text('openings: [全县]\nclauses: ["现有学校{shools 所}"]\n', encoding="utf-8")
    with pytest.raises(ResourceError, match="shools is no indicator"):
        make_sentences(path, 1)


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no gold facts"):
        train_linker([tmp_path], TEMPLATES, tmp_path)
