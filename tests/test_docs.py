"""The READMEs tell the truth: their commands print what they show, and both say the same."""

import re
from pathlib import Path

import pytest

from tests.readme import READMES, ROOT, blocks, run_all

COMMANDS = (
    "ingest", "extract", "text", "clean", "audit", "facts", "figures", "show", "search", "sql", "indicators", "regions", "compare", "evaluate",
    "promises", "diff", "ask", "report",
)  # fmt: skip


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_commands_print_what_the_readme_shows(path: Path):
    text = path.read_text(encoding="utf-8")
    shown = blocks(text)
    assert sum(map(len, shown)) >= 8
    for expected, printed in zip(shown, run_all(text), strict=True):
        assert printed == expected, "README outputs are stale; rewrite them with: make readme"


def test_the_chinese_readme_runs_the_same_commands():
    one, two = ([[command for command, _ in b] for b in blocks(path.read_text(encoding="utf-8"))] for path in READMES)
    assert one == two


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_command_is_told(path: Path):
    text = path.read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"`countyfacts {command}" not in text] == []


@pytest.mark.parametrize(
    "path", [*READMES, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "corpora").rglob("*.md"))], ids=str
)
def test_links_lead_somewhere(path: Path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target


def test_nothing_names_a_machine():
    homes = re.compile(r"/(home|Users|work|root)/\w+")
    for path in [
        *READMES,
        ROOT / "Makefile",
        ROOT / ".ci/run",
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("pipeline/**/*.py"),
    ]:
        assert not homes.search(path.read_text(encoding="utf-8")), path
