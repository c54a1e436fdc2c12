"""Decisions made and taken back: into ``corrections.yaml`` and the database, both or neither."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from pipeline.decisions import (
    ADDED_PART,
    FIELDS,
    Action,
    Decided,
    Decision,
    load_decisions,
    quote,
    with_entry,
    without_entry,
)
from pipeline.errors import UsageError
from pipeline.model import Bound, fact_id
from pipeline.resources.catalogue import load_catalogue
from pipeline.review.alone import alone_with
from pipeline.store import StoredFact, open_reader, show
from pipeline.store.names import resolve_indicators, resolve_regions
from pipeline.store.periods import period_bounds
from pipeline.store.writer import Store

_MOST_PARTS = 50
_MOST_DIGITS = 16


class Draft(NamedTuple):
    """What a person says about a fact: the action, the fields that are otherwise, why, who, when (now if not told)."""

    action: Action
    changes: Mapping[str, str] = {}
    reason: str = ""
    by: str = ""
    when: str = ""


def decide(db: Path, corrections: Path, fact: str, draft: Draft, *, seen: str = "") -> Decision:
    """Confirm, correct or reject a fact, by its id or the first digits of it.

    ``draft.changes`` are fields of a fact to their new values as text (empty: none), in the catalogue's unit; regions
    and indicators by name or code. ``seen`` is the :func:`print_of` the fact that whoever decides has before them.
    Raises UsageError for what can't be, or where the fact looks otherwise by now, StoreError; nothing is changed then.
    """
    with alone_with(corrections, signer(draft.by)):
        return _decide(db, corrections, fact, draft, seen)


def _decide(db: Path, corrections: Path, fact: str, draft: Draft, seen: str) -> Decision:
    shown = show(db, fact)
    stored = shown.fact
    if seen and print_of(stored) != seen:
        raise UsageError("the fact isn't as it was when it was shown; look at it anew, then decide")
    fields = {name: getattr(stored, name) for name in FIELDS}
    if draft.action is Action.ADD or (draft.action is Action.CORRECT) != bool(draft.changes):
        raise UsageError("correct a fact by saying which fields are otherwise; confirm or reject it without")
    before, after = quote(shown.layer, stored.start, stored.end)
    decision = Decision(
        source=shown.sha256, path=stored.path, do=draft.action, number=stored.number, before=before, after=after,
        start=stored.start, end=stored.end, part=_part(shown.sha256, stored.start, stored.end, stored.id),
        was=stored.indicator, fact=_decided(db, fields, draft.changes), **_signature(draft),
    )  # fmt: skip
    _write(db, corrections, with_entry(corrections, decision))
    return decision


def add(db: Path, corrections: Path, path: str, span: tuple[int, int], draft: Draft) -> Decision:
    """Add a fact that was missed: the number at a span of the text layer of the source at a path.

    ``draft.changes`` has at least ``indicator`` and ``value``; what it leaves open is that of the facts around
    (region). Raises UsageError, StoreError.
    """
    with alone_with(corrections, signer(draft.by)):
        return _add(db, corrections, path, span, draft)


def _add(db: Path, corrections: Path, path: str, span: tuple[int, int], draft: Draft) -> Decision:
    connection = open_reader(db)
    try:
        row = connection.execute(
            "SELECT s.sha256, l.text FROM source_paths p JOIN sources s ON s.id = p.source JOIN layers l "
            "ON l.source = s.id WHERE p.path = ?",
            (path,),
        ).fetchone()
        if row is None:
            raise UsageError(
                f"{path}: no such source in {db}; list them with: countyfacts sql 'SELECT path FROM source_paths'"
            )
        sha256, layer = row
        near = connection.execute(
            "SELECT f.region FROM facts f JOIN source_paths p ON p.source = f.source WHERE p.path = ? "
            "ORDER BY abs(f.start - ?), f.start LIMIT 1",
            (path, span[0]),
        ).fetchone()
        rows = connection.execute(
            "SELECT f.id FROM facts f JOIN source_paths p ON p.source = f.source WHERE p.path = ?", (path,)
        )
        taken = {fact for (fact,) in rows}
    finally:
        connection.close()
    start, end = span
    if not 0 <= start < end <= len(layer) or not layer[start:end].strip():
        raise UsageError(f"{path}: the text has no characters {start} to {end}")
    missing = [name for name in ("indicator", "value") if not draft.changes.get(name)]
    if missing:
        raise UsageError(f"a fact to be added needs {' and '.join(missing)}, such as: indicator=schools value=12")
    part = next(n for n in range(ADDED_PART, ADDED_PART + _MOST_PARTS) if fact_id(sha256, start, end, n) not in taken)
    before, after = quote(layer, start, end)
    fields: dict[str, object] = {"region": near[0] if near else None}
    decision = Decision(
        source=sha256, path=path, do=Action.ADD, number=layer[start:end], before=before, after=after, start=start,
        end=end, part=part, was=None, fact=_decided(db, fields, draft.changes), **_signature(draft),
    )  # fmt: skip
    _write(db, corrections, with_entry(corrections, decision))
    return decision


def last_decision(corrections: Path) -> Decision | None:
    """The decision that :func:`undo` takes back, or None."""
    file = load_decisions(corrections)
    return file.decisions[-1] if file.decisions else None


def undo(db: Path, corrections: Path, *, seen: str = "", by: str = "") -> Decision:
    """Take the last decision back: file and database are as they were before.

    ``seen`` is the :func:`print_of` the decision that is meant. Raises UsageError where there is none, or another has
    been made since.
    """
    with alone_with(corrections, by or _user() or "somebody"):
        last = last_decision(corrections)
        if last is None:
            raise UsageError(f"{corrections}: there is no decision to take back")
        if seen and print_of(last) != seen:
            raise UsageError(
                f"the last decision is another by now ({last.do} {last.number} in {last.path}, by {last.by}, "
                f"{last.when}); look anew, then take it back"
            )
        _write(db, corrections, without_entry(corrections, len(load_decisions(corrections).decisions) - 1))
        return last


def print_of(thing: StoredFact | Decision) -> str:
    """What changes with any field of a fact that can be decided on, or with a decision."""
    told = thing.model_dump_json() if isinstance(thing, Decision) else repr([getattr(thing, name) for name in FIELDS])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def signer(by: str = "") -> str:
    """Who decides: the name given, else that of the user. Raises UsageError where neither is known."""
    name = by or _user()
    if not name:
        raise UsageError("say who decides: --by NAME")
    return name


def _user() -> str:
    return os.environ.get("USER") or os.environ.get("USERNAME") or ""


def _signature(draft: Draft) -> dict[str, str]:
    by = signer(draft.by)
    when = draft.when or datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"reason": draft.reason, "by": by, "when": when}


def _part(sha256: str, start: int, end: int, fact: str) -> int:
    """Which fact of its number one is: ids are made of it."""
    parts = (*range(_MOST_PARTS), *range(ADDED_PART, ADDED_PART + _MOST_PARTS))
    return next((part for part in parts if fact_id(sha256, start, end, part) == fact), 0)


def _decided(db: Path, fields: Mapping[str, object], changes: Mapping[str, str]) -> Decided:
    """The fields of a fact after the changes. Raises UsageError for fields and values that can't be."""
    values = dict(fields)
    for name, value in changes.items():
        if name not in FIELDS:
            raise UsageError(f"{name}: no field of a fact; one of: {', '.join(FIELDS)}")
        values[name] = _code(db, name, value) if value else None
    try:
        decided = Decided.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "fact"
        raise UsageError(f"{field}={values.get(field)}: {first['msg']}") from error
    if decided.indicator not in load_catalogue().indicators:
        raise UsageError(f"indicator={decided.indicator}: no such indicator; list them with: countyfacts indicators")
    if changes:
        _sound(decided)
    return decided


def _sound(decided: Decided) -> None:
    """Raises UsageError for fields that can't be, or not together."""
    if (decided.value_high is not None) != (decided.bound is Bound.RANGE):
        raise UsageError("value_high is the upper end of bound=range, and of nothing else: give both, or neither")
    if decided.value_high is not None and decided.value_high < decided.value:
        raise UsageError(f"value_high={decided.value_high}: is less than value={decided.value}")
    for value in (decided.value, decided.value_high):
        if value is not None and value.adjusted() >= _MOST_DIGITS:
            raise UsageError(f"value={value}: no figure has more than {_MOST_DIGITS} digits")
    if decided.period is not None:
        first, slash, last = decided.period.partition("/")
        open_side = slash and ".." in (first, last) and first != last
        begin, end = period_bounds(decided.period)
        known = begin <= end if begin is not None and end is not None else open_side and (begin or end)
        if not known:
            raise UsageError(f"period={decided.period}: write 2023, 2023-09, 2021/2025 or 2021/..")


def _code(db: Path, name: str, value: str) -> str:
    """The code of an indicator or region that was given by name."""
    if name not in ("indicator", "region"):
        return value
    connection = open_reader(db)
    try:
        found = (resolve_indicators if name == "indicator" else resolve_regions)(connection, (value,))
    finally:
        connection.close()
    return list(found)[0]  # noqa: RUF015


def _write(db: Path, corrections: Path, data: bytes | None) -> None:
    """Write the file (None: take it away) and bring the database to it; where that fails the file is as it was."""
    old = corrections.read_bytes() if corrections.exists() else None
    _put(corrections, data)
    try:
        with Store(db, corrections) as store:
            store.settle()
    except BaseException:
        _put(corrections, old)
        raise


def _put(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
