"""``bench`` measures and tells; it says so where the benchmarks are not there."""

import re

import pytest
from typer.testing import CliRunner

from pipeline.cli import benching
from pipeline.cli.main import app, main


def test_it_measures_what_it_is_asked_for(capfd):
    result = CliRunner().invoke(app, ["bench", "--only", "writing", "--reports", "3", "--rounds", "1"])
    assert result.exit_code == 0
    said = capfd.readouterr().out
    assert re.fullmatch(r" +\d+\.\d\d  writing / executemany \([\d.]+ ms a report against [\d.]+\).*\n", said), said


def test_without_the_benchmarks_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(benching, "_SCRIPT", tmp_path / "bench.py")
    with pytest.raises(SystemExit) as ended:
        main(["bench"])
    assert ended.value.code == 2
    assert "bench runs in the project's folder" in capsys.readouterr().err
