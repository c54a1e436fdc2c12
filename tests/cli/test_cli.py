"""The commands as their user meets them: what they print where, and with which exit status."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli.main import main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "corpora/samples"
COMMANDS = (
    "ingest", "extract", "text", "clean", "audit", "facts", "figures", "show", "search", "sql", "indicators", "regions", "compare", "evaluate",
    "promises", "diff", "ask", "report",
)  # fmt: skip


@dataclass
class Result:
    """What a command printed."""

    stdout: str
    stderr: str


def run(*arguments: object, cwd: Path, status: int = 0) -> Result:
    """Run a command and hold it to its exit status."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exited:
        main([str(argument) for argument in arguments])
    for stream in (out, err):
        stream.flush()
    result = Result(out.buffer.getvalue().decode(), err.buffer.getvalue().decode())
    assert (exited.value.code or 0) == status, result.stderr
    return result


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with two samples in its inbox, and the database made of them."""
    folder = tmp_path_factory.mktemp("place")
    inbox = folder / "corpora/inbox"
    inbox.mkdir(parents=True)
    for name in ("work-summary.txt", "clone.html"):
        shutil.copy(SAMPLES / name, inbox)
    (inbox / "empty.txt").touch()
    result = run("ingest", cwd=folder)
    assert "3 files: 2 read, 1 refused" in result.stdout
    assert "corpora/inbox/empty.txt: " in result.stdout
    assert "学校数 schools" in result.stdout
    assert "互助土族自治县 630223" in result.stdout
    assert result.stderr == ""
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(command, tmp_path):
    shown = run(command, "--help", cwd=tmp_path).stdout
    assert f"Example: countyfacts {command}" in shown
    assert "\b" not in shown


def test_help_lists_the_commands_and_needs_nothing_heavy(tmp_path):
    shown = run("--help", cwd=tmp_path).stdout
    assert all(f"  {command} " in shown for command in COMMANDS)
    assert "..." not in shown.split("Commands:")[1]
    code = (
        "import sys; from pipeline.cli import main; "
        "print([m for m in ('spacy', 'sklearn', 'lxml', 'jieba', 'opencc', 'sqlite_utils', 'rich.console', 'numpy') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_ingest_again_skips(place):
    assert "2 unchanged, 1 refused" in run("ingest", cwd=place).stdout
    run("ingest", "corpora/inbox", "--strict", cwd=place, status=1)


def test_an_empty_inbox_says_so_and_takes_the_samples(tmp_path):
    (tmp_path / "corpora/inbox").mkdir(parents=True)
    (tmp_path / "corpora/inbox/.gitkeep").touch()
    (tmp_path / "corpora/samples").mkdir()
    shutil.copy(SAMPLES / "work-summary.txt", tmp_path / "corpora/samples")
    result = run("ingest", cwd=tmp_path)
    assert "corpora/inbox/ is empty" in result.stdout
    assert (tmp_path / "outputs/samples.db").exists()
    assert not (tmp_path / "outputs/facts.db").exists()
    assert "invented" in run("facts", "--limit", 1, cwd=tmp_path).stderr


def test_nothing_to_ingest(tmp_path):
    assert "corpora/inbox/" in run("ingest", cwd=tmp_path, status=2).stderr


def test_text_prints_the_layer_and_not_a_character_more(tmp_path):
    for data in ("一行\r\n二行\n没有结尾", "结尾\n", "\ttab\n\n"):
        (tmp_path / "a.txt").write_bytes(data.encode())
        assert run("text", "a.txt", cwd=tmp_path).stdout == data


def test_extract_prints_facts_whose_numbers_stand_in_the_layer(tmp_path):
    file = SAMPLES / "clone.html"
    layer = run("text", file, cwd=tmp_path).stdout
    facts = [json.loads(line) for line in run("extract", file, cwd=tmp_path).stdout.splitlines()]
    assert len(facts) > 20
    for fact in facts:
        assert layer[fact["start"] : fact["end"]] == fact["number"]
    assert list(facts[0])[:5] == ["id", "source", "report", "indicator", "value"]


def test_extract_lists_what_it_refuses(tmp_path):
    (tmp_path / "empty.txt").touch()
    result = run("extract", "empty.txt", cwd=tmp_path)
    assert result.stdout == ""
    assert "empty.txt" in result.stderr
    run("extract", "--strict", "empty.txt", cwd=tmp_path, status=1)
    assert "empty.txt" in run("text", "empty.txt", cwd=tmp_path, status=1).stderr


def test_clean(tmp_path):
    file = SAMPLES / "clone.html"
    layer = run("text", file, cwd=tmp_path).stdout
    text = run("clean", file, cwd=tmp_path).stdout
    paragraphs = [
        json.loads(line) for line in run("clean", file, "--format", "jsonl", cwd=tmp_path).stdout.splitlines()
    ]
    assert text == "\n".join(paragraph["text"] for paragraph in paragraphs) + "\n"
    assert set(paragraphs[0]) == {"kind", "text", "start", "end", "report"}
    for edit in map(json.loads, run("clean", file, "--edits", cwd=tmp_path).stdout.splitlines()):
        assert layer[edit["start"] : edit["end"]] == edit["before"]


def test_audit_accounts_for_every_digit(tmp_path):
    file = SAMPLES / "work-summary.txt"
    layer = run("text", file, cwd=tmp_path).stdout
    rows = [json.loads(line) for line in run("audit", file, "-f", "jsonl", cwd=tmp_path).stdout.splitlines()]
    covered = {at for row in rows for at in range(row["start"], row["end"])}
    assert [layer[at - 5 : at + 5] for at, c in enumerate(layer) if c.isdigit() and at not in covered] == []
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    first = rows[0]
    assert layer.split("\n")[first["line"] - 1][first["column"] - 1 :].startswith(first["number"][:1])


def test_facts_in_every_format(place):
    query = ("facts", "--region", "青海省", "--indicator", "学校数")
    table = run(*query, cwd=place)
    assert "互助土族自治县" in table.stdout
    lines = [json.loads(line) for line in run(*query, "-f", "jsonl", cwd=place).stdout.splitlines()]
    assert json.loads(run(*query, "-f", "json", cwd=place).stdout) == lines
    rows = list(csv.DictReader(io.StringIO(run(*query, "-f", "csv", cwd=place).stdout)))
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert len(table.stdout.splitlines()) == len(lines) + 2
    assert all(line["indicator"] == "schools" for line in lines)
    extracted = run("extract", "corpora/inbox/work-summary.txt", cwd=place).stdout.splitlines()
    by_id = {fact["id"]: fact for fact in map(json.loads, extracted)}
    for line in lines:
        assert line == by_id[line["id"]]
        assert list(line) == list(by_id[line["id"]])


def test_english_alone(place):
    shown = run("facts", "--lang", "en", "-n", 3, "-f", "table", cwd=place).stdout
    assert shown.startswith("id")
    assert "学校数" not in shown.split("\n")[2][:60]


def test_show(place):
    fact = json.loads(run("facts", "-i", "schools", "-f", "jsonl", "-n", 1, cwd=place).stdout)
    shown = run("show", fact["id"][:8], cwd=place).stdout
    assert f"【{fact['number']}】" in shown
    assert fact["sentence"] in shown
    assert f"{fact['source']}, line " in shown
    assert "no fact" in run("show", "ffffffffffffffff", cwd=place, status=2).stderr


def test_figures(place):
    everything = [json.loads(line) for line in run("figures", "-f", "jsonl", cwd=place).stdout.splitlines()]
    assert {"fact", "period", "quantity", "dropped"} <= {row["used"] for row in everything}
    counted = run("figures", "--class", "threshold", "--class", "ordinal", "-f", "csv", cwd=place).stdout
    rows = list(csv.DictReader(io.StringIO(counted)))
    assert {row["class"] for row in rows} == {"threshold", "ordinal"} & {row["class"] for row in everything}
    shown = run("figures", "--limit", 2, cwd=place)
    assert len(shown.stdout.splitlines()) == 4
    assert "at most 2" in shown.stderr


def test_figures_without_an_indicator_by_what_they_count(place):
    everything = [json.loads(line) for line in run("figures", "-f", "jsonl", cwd=place).stdout.splitlines()]
    groups = json.loads(run("figures", "--unlinked", "-f", "json", cwd=place).stdout)
    assert list(groups[0]) == ["head", "unit", "count", "example"]
    assert sum(group["count"] for group in groups) == sum(row["used"] == "quantity" for row in everything)
    named = [group["count"] for group in groups if group["head"]]
    assert named == sorted(named, reverse=True)
    assert all("【" in group["example"] for group in groups)
    assert [group["head"] for group in groups[len(named) :] if group["head"]] == []
    table = run("figures", "--unlinked", "-n", 3, "--lang", "en", cwd=place)
    assert table.stdout.split()[:4] == ["head", "unit", "count", "example"]
    assert "at most 3" in table.stderr
    rows = list(csv.DictReader(io.StringIO(run("figures", "--unlinked", "-f", "csv", cwd=place).stdout)))
    assert [row["head"] for row in rows] == [group["head"] for group in groups]


def test_search_and_sql(place):
    assert "学位" in run("search", "学位", cwd=place).stdout
    assert json.loads(run("sql", "SELECT 1 AS one, NULL AS none", "-f", "json", cwd=place).stdout) == [
        {"one": 1, "none": None}
    ]
    assert "reading only" in run("sql", "DELETE FROM facts", cwd=place, status=2).stderr


def test_compare(place):
    result = run("compare", "--excel", cwd=place)
    assert "outputs/comparison.csv" in result.stdout
    data = (place / "outputs/comparison.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    run("compare", "--excel", cwd=place)
    assert (place / "outputs/comparison.csv").read_bytes() == data


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("facts", "--db", "no.db"), 3, "no.db: there is no such database"),
        (("facts", "--db", "corpora/inbox/clone.html"), 3, "not a SQLite database"),
        (("facts", "--db", "corpora"), 3, "corpora: "),
        (("ingest", "corpora/inbox", "--db", "corpora"), 3, "is a directory"),
        (("facts", "-i", "学校"), 2, "did you mean 学校数"),
        (("figures", "--class", "quantiti"), 2, "did you mean quantity"),
        (("figures", "--unlinked", "--class", "date"), 2, "leave out --class"),
        (("figures", "--unlinked", "--db", "no.db"), 3, "no.db: there is no such database"),
        (("facts", "-r", "晋安县"), 2, "晋安区"),
        (("facts", "--format", "xml"), 2, "xml"),
        (("ingest", "nowhere"), 2, "nowhere"),
        (("ingest", "corpora/inbox", "--region", "鼓楼区"), 2, "several regions"),
        (("extract",), 2, "FILE"),
        (("nonsense",), 2, "nonsense"),
        (("sql", "SELECT * FROM nosuch"), 2, "Tables: "),
        (("search", "，"), 2, "at least one word"),
        (("evaluate", "--floors", "no.yaml"), 2, "no.yaml"),
        (("compare", "-r", "北京市"), 3, "no facts that pass"),
    ],
)
def test_errors_say_what_is_wrong_and_what_to_do(place, arguments, status, message):
    result = run(*arguments, cwd=place, status=status)
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("permissions")
def test_a_directory_that_cannot_be_written(place, tmp_path):
    tmp_path.chmod(0o500)
    assert "can't be written" in run("ingest", "corpora/inbox", "--db", tmp_path / "x.db", cwd=place, status=3).stderr


def test_a_locked_database_can_be_read(place):
    writer = sqlite3.connect(place / "outputs/facts.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert run("facts", "-n", 1, cwd=place).stdout
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def test_a_reader_that_stops_early_is_no_error(place):
    command = f"{sys.executable} -m pipeline facts -f jsonl | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=place,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_regions_are_found_under_any_name_with_their_history(tmp_path):
    rows = list(csv.DictReader(io.StringIO(run("regions", "思茅市", "-f", "csv", "--lang", "en", cwd=tmp_path).stdout)))
    assert [(row["code"], row["name"]) for row in rows[:3]] == [
        ("530800", "普洱市"), ("530800", "思茅市"), ("532700", "思茅地区"),
    ]  # fmt: skip
    assert (rows[1]["from"], rows[1]["to"], rows[1]["today"]) == ("2003", "2007", "530800")
    assert "no region was called so" in run("regions", "无此县", cwd=tmp_path, status=2).stderr


def test_what_is_too_large_to_be_untangled_is_named(tmp_path: Path) -> None:
    body = "全县现有中小学320所，在校学生8万余人，专任教师6500名，比上年增加120名。" * 9
    parts = (
        f"篇{number} {name}县教育局2023年工作总结\n一、基本情况\n{body}\n三、下步打算\n{body}"
        for number, name in enumerate("甲乙丙丁戊己庚辛壬", 1)
    )
    (tmp_path / "compilation.txt").write_text("\n".join(parts), encoding="utf-8")
    summary = run("ingest", "compilation.txt", "--db", "facts.db", cwd=tmp_path).stdout
    assert "to look at:\n  compilation.txt: pages of its 9 reports seem to lie between one another's" in summary
    assert "too large to be untangled" in run("audit", "compilation.txt", cwd=tmp_path).stderr
