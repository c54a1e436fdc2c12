"""What is done with inputs made by chance, and what may come of it: a result that keeps its promises, or a refusal."""

from __future__ import annotations

import random
import re
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pipeline.engines.spreading import TimeLimit, spread
from pipeline.errors import PipelineError, Refused
from tests.fuzz import asking, mutating

AT_ONCE = 40
SLOW = 20.0
"""Seconds of the processor that one input of at most 300 kB may take."""

CODES = {
    "empty", "too_large", "unsupported", "binary", "undecodable", "encrypted", "damaged", "bomb", "unreadable", "several",
}  # fmt: skip


class Batch(NamedTuple):
    """Inputs number ``first`` and those behind it, for one target."""

    target: str
    first: int
    count: int


class Outcome(NamedTuple):
    """How many inputs were read and refused, and what was found: ``(target, number, what)``."""

    read: int = 0
    refused: int = 0
    found: tuple[tuple[str, int, str], ...] = ()


def run(target: str, number: int) -> bool:
    """One input; whether it was read. Raises what should never be raised."""
    try:
        return refused_or(TARGETS[target], number)
    except PipelineError:
        if target == "catalogue":
            return False
        raise


def refused_or(function: Callable[..., None], *given: object) -> bool:
    """Call a function; False where it refuses what it was given, for a reason that there is."""
    try:
        function(*given)
    except Refused as refused:
        if refused.code in CODES and str(refused):
            return False
        raise
    return True


def batch(task: Batch) -> Outcome:
    """A batch of inputs, in a worker."""
    read = refused = 0
    found = []
    for number in range(task.first, task.first + task.count):
        began = time.process_time()
        try:
            done = run(task.target, number)
            read, refused = read + done, refused + (not done)
        except BaseException:
            found.append((task.target, number, traceback.format_exc(limit=-4)))
        if time.process_time() - began > SLOW:
            found.append((task.target, number, f"took {time.process_time() - began:.1f} seconds"))
    return Outcome(read, refused, tuple(found))


def campaign(first: int, count: int, processes: int) -> Iterator[Outcome]:
    """``count`` inputs, shared out among the targets by their weights."""
    tasks = []
    for target, weight in WEIGHTS.items():
        upto = first + count * weight // sum(WEIGHTS.values())
        tasks += [Batch(target, at, min(AT_ONCE, upto - at)) for at in range(first, upto, AT_ONCE)]
    random.Random(first).shuffle(tasks)
    limit = TimeLimit(lambda task: SLOW * (task.count + 3), _late)
    yield from spread(batch, tasks, processes=processes, crashed=_crashed, limit=limit)


def _late(task: Batch) -> Outcome:
    return Outcome(found=((task.target, task.first, f"one of {task.count} never ended"),))


def _crashed(task: Batch) -> Outcome:
    return Outcome(found=((task.target, task.first, f"one of {task.count} ended its process"),))


def _read(number: int) -> None:
    """The readers: text layers whose blocks lie in them, in order."""
    name, data = mutating.document(number)
    look_into(data, name)


def look_into(data: bytes, name: str) -> None:
    """Read a document, or what is in a container. Raises Refused."""
    from pipeline.reading import read_source  # noqa: PLC0415

    if name.endswith((".zip", ".tar", ".gz", ".warc", ".eml")):
        _container(data, name)
    layer = read_source(data, name).layer
    for block in layer.blocks:
        assert 0 <= block.start <= block.end <= len(layer.text)
    layer.text.encode()


def _container(data: bytes, name: str) -> None:
    from pipeline.reading.opening import list_entries, open_container, open_inside  # noqa: PLC0415

    opened = open_container(BytesIO(data), name)
    if opened is None:
        return
    for number, entry in enumerate(list_entries(opened)):
        assert not entry.name.startswith("/")
        assert ".." not in entry.name.split("/")
        if number < 3 and entry.problem is None:
            *way, key = entry.keys or (None,)
            if key is not None:
                with suppress(Refused):
                    open_inside(opened, tuple(way)).read(key, 1 << 20)


def _extract(number: int) -> None:
    """The whole way: numbers and facts stand where they say, and fit into the tables of the database."""
    from pipeline.extraction import extract_source, fact_record  # noqa: PLC0415
    from pipeline.store.rows import rows_of  # noqa: PLC0415

    name, data = mutating.document(number)
    extraction = extract_source(data, name)
    layer = extraction.source.layer.text
    assert all(layer[use.start : use.end] == use.number for use in extraction.numbers)
    assert all(layer[fact_record(fact)["start"] : fact.end] == fact.number for fact in extraction.facts)
    rows_of(extraction)


def _clean(number: int) -> None:
    check_clean(mutating.text(number))


def check_clean(text: str) -> None:
    """The cleaner: every character knows where it came from."""
    import hashlib  # noqa: PLC0415

    from pipeline.cleaning import clean_source  # noqa: PLC0415
    from pipeline.model import Source, TextLayer  # noqa: PLC0415

    source = Source("a.txt", hashlib.sha256(text.encode()).hexdigest(), len(text), "text", "utf-8", TextLayer(text), {})
    clean = clean_source(source)
    for at in range(0, len(clean.text), max(1, len(clean.text) // 20)):
        start, end = clean.mapped.span(at, at + 1)
        assert 0 <= start <= end <= len(text)


def _grammar(number: int) -> None:
    check_grammar(mutating.text(number))


def check_grammar(text: str) -> None:
    """The grammar of numbers: every digit is in exactly one figure, with a value or a reason."""
    from pipeline.figures import find_figures, find_periods  # noqa: PLC0415

    figures = find_figures(text, find_periods(text))
    assert all(one.end <= two.start for one, two in pairwise(figures))
    covered = {at for figure in figures for at in range(figure.start, figure.end)}
    assert all(match.start() in covered for match in re.finditer(r"[0-9]", text))


def _catalogue(number: int) -> None:
    """The loader of catalogues: a catalogue, or an error that names the file and the place."""
    from pipeline.resources import load_user_yaml  # noqa: PLC0415
    from pipeline.resources.catalogue import _CatalogueFile  # noqa: PLC0415

    rng = random.Random(number)
    own = (mutating.ROOT / "pipeline/resources/catalogue.yaml").read_bytes()
    lines = own.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    data = mutating.mutated(b"".join([*lines[:12], *lines[at : at + rng.randint(1, 30)]]), rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.yaml"
        path.write_bytes(data)
        try:
            load_user_yaml(path, _CatalogueFile)
        except PipelineError as error:
            if str(path) in str(error):
                raise
            raise AssertionError(f"names no file: {error}") from error


TARGETS = {
    "read": _read, "extract": _extract, "clean": _clean, "grammar": _grammar, "catalogue": _catalogue, "command": asking.command,
    "web": asking.web,
}  # fmt: skip
WEIGHTS = {"read": 50, "extract": 6, "clean": 12, "grammar": 20, "catalogue": 6, "command": 2, "web": 4}
