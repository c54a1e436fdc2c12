"""Starting quickly changes nothing of what is said."""

import pytest

from pipeline.cli import main as main_module
from pipeline.cli.main import app, main

CALLS = [
    [], ["--help"], ["-h", "facts"], ["--version"], ["nosuch"], ["--nosuch"], ["facts", "--help"], ["audit-sample", "-h"],
    ["show"], ["facts", "--nosuch"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_commands_that_are_needed_say_what_all_say(arguments, capsys, monkeypatch):
    said = []
    for needed in (main_module._needed, lambda _: app):
        monkeypatch.setattr(main_module, "_needed", needed)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said.append((ended.value.code, capsys.readouterr()))
    assert said[0] == said[1]
