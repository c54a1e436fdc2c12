"""Reading corrections.yaml: over events as the library does over nodes, and only what was added."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.decisions import Action, Decided, Decision, file, load_decisions, with_entry
from pipeline.decisions.entries import _over_nodes, read_listed
from pipeline.errors import ResourceError

TEXTS = [
    "", "# nothing\n", "a", "decisions:\n", "decisions: []\n", "decisions:\n- a: 1\n  b: ['1', x]\n- a: ~\n  a: 2\n",
    "decisions:\n  - a: 2024-05-01\n  - !!str 5\n", "a: &x [1, 2]\nb: *x\n", "a: {x: 1}\nb:\n  <<: {y: 2}\n",
    "? a\n: 3\n", "- 0x1f\n- 1_000\n- 1e3\n- yes\n- 'yes'\n- .inf\n- 12:30:00\n- =a\n", "b: [1]\na:\n- - 1\n  - 2\n",
    "---\n- a\n...\n", "- |\n  x\n  y\n- >-\n  x\n  y\n",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_says_what_the_library_reads_in_it(text):
    listed = read_listed(text)
    assert listed == _over_nodes(text)
    assert listed.data == yaml.safe_load(text)


_plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.sampled_from(["null", "1.5", "~", "<<", "no"])
)


@given(
    st.lists(st.dictionaries(st.text(min_size=1), st.one_of(_plain, st.lists(_plain), st.dictionaries(_plain, _plain))))
)
def test_what_is_dumped_is_read(entries):
    text = yaml.safe_dump({"decisions": entries}, allow_unicode=True, sort_keys=False)
    assert read_listed(text) == _over_nodes(text)
    assert read_listed(text).data == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text", ["a: [", "a: 1\n--- b\n", "- !!python/object:os.system x\n", "- =\n", "a: *x\n", "? [1, 2]\n: 3\n"]
)
def test_what_the_library_refuses_is_refused(text):
    with pytest.raises(yaml.YAMLError):
        read_listed(text)


def decision(number="2400个", reason=""):
    return Decision(
        source="0" * 64, path="a.txt", do=Action.CONFIRM, number=number, before="新增", after="。", start=0,
        end=len(number), was="schools", fact=Decided(indicator="schools", value="1"), reason=reason, by="x", when="y",
    )  # fmt: skip


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(file, "_last", {})
    return tmp_path / "corrections.yaml"


def add(path, *decisions):
    for each in decisions:
        path.write_bytes(with_entry(path, each))


@pytest.mark.parametrize("reason", ["", "a\nb\n", "--- a", "...", "'", "a: b", "学位\u2028学位", "x" * 3000])
def test_what_was_added_is_read_as_all_is(path, reason, monkeypatch):
    add(path, decision(), decision("12所", reason))
    load_decisions(path)
    add(path, decision("3.5%", reason), decision())
    longer = load_decisions(path)
    monkeypatch.setattr(file, "_last", {})
    assert longer == load_decisions(path)
    assert [each.reason for each in longer.decisions] == ["", reason, reason, ""]
    lines = path.read_text("utf-8").splitlines()
    assert all(lines[line - 1].startswith("- source:") for line in longer.lines)


def test_only_what_was_added_is_read(path, monkeypatch):
    add(path, decision(), decision())
    load_decisions(path)
    add(path, decision("12所"))
    monkeypatch.setattr(file, "_whole", None)
    assert [each.number for each in load_decisions(path).decisions] == ["2400个", "2400个", "12所"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("decisions:\n", "decisions:\n  "),  # set in: what follows at the margin isn't in the list
        ("number: 2400个", "number: 240个"),  # changed above the end
        ("decisions:\n", "---\ndecisions:\n"),
        ("when: y\n", "when: y\n...\n"),
    ],
)
def test_a_file_that_people_changed_is_read_whole(path, old, new, monkeypatch):
    add(path, decision())
    text = path.read_text("utf-8").replace(old, new)
    path.write_text(text.replace("\n  ", "\n    ") if new.endswith("  ") else text, "utf-8")

    def read():
        try:
            return load_decisions(path)
        except ResourceError as error:
            return str(error)

    read()
    add(path, decision())
    after = read()
    monkeypatch.setattr(file, "_last", {})
    assert after == read()
