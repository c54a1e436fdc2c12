"""The trained judge of lines: the files it ships in, and what it may and may not drop."""

import json
import math
from pathlib import Path

import pytest

from pipeline.cleaning import clean_source, line_model
from pipeline.cleaning.line_model import chance, pairs_of, weights
from pipeline.errors import ResourceError
from pipeline.learning.line_noise import train_line_noise
from pipeline.learning.skops_files import read_skops
from pipeline.reading import read_source

ROOT = Path(__file__).parents[2]
FILES = ("line-noise.json", "line-noise.skops", "line-noise.md")
BODY = "全县现有中小学三百二十所，在校学生八万余人，专任教师六千五百名，比上年增加一百二十名。"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    target = tmp_path_factory.mktemp("models")
    train_line_noise([ROOT / "corpora/labelled", ROOT / "corpora/samples"], target)
    return target


@pytest.mark.parametrize("name", FILES)
def test_training_anew_gives_the_same_bytes(trained, name):
    assert (trained / name).read_bytes() == (ROOT / "models" / name).read_bytes()


def test_the_estimator_and_the_weights_are_one_model():
    estimator = read_skops(ROOT / "models/line-noise.skops")
    model = weights()
    assert math.isclose(float(estimator.intercept_[0]), model.bias, abs_tol=1e-4)
    told = [round(float(weight), 4) for weight in estimator.coef_[0]]
    names = sorted(model.features)
    assert told[: len(names)] == [model.features[name] for name in names]
    assert sorted(weight for weight in told[len(names) :] if weight) == sorted(model.pairs.values())


def test_a_damaged_model_is_named(tmp_path, monkeypatch):
    path = tmp_path / "line-noise.json"
    path.write_text(json.dumps({"bias": 0, "threshold": 1, "features": {}, "pairs": {}, "more": 1}))
    monkeypatch.setattr(line_model, "MODEL", path)
    weights.cache_clear()
    try:
        with pytest.raises(ResourceError, match="make models"):
            weights()
        path.unlink()
        weights.cache_clear()
        assert weights() is None
        assert clean_source(read_source(BODY.encode(), "a.txt")).text == BODY
    finally:
        monkeypatch.undo()
        weights.cache_clear()


def test_chance_is_bounded():
    model = weights()
    assert 0 <= chance(model, {}, []) <= 1
    assert chance(model, dict.fromkeys(model.features, 1e9), pairs_of("首页")) <= 1


@pytest.mark.parametrize(
    "line", ["新建学校12所", "（二）分享阅读", "二、收藏与阅读", "小学  107  868", "关于分享的总结", "欢迎大家监督。"]
)
def test_what_the_model_is_never_asked_about(line):
    text = clean_source(read_source(f"某县工作总结\n{BODY}\n{line}\n{BODY}\n{BODY}".encode(), "a.txt")).text
    assert line in text
