"""What the commands check, review and audit-sample do on the terminal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.cli.options import Format
from pipeline.cli.output import print_rows
from pipeline.cli.showing import fact_lines
from pipeline.decisions import Action, Decision
from pipeline.errors import UsageError
from pipeline.review import Draft, Item, add, decide, draw_sample, estimate, print_of, read_answers, review_queue, undo
from pipeline.store import Filters, Labels, load_labels, open_reader, show

_KEYS = "c confirm, e edit, r reject, a add, u undo, s skip, q quit"
_HELP = {
    "e": "what is otherwise, e.g. period=2023 level=primary region=仓山区 reason='wrong year' (empty value: none)",
    "a": "the number as it stands in the file, then the fields: 12所 indicator=schools value=12 period=2023",
    "r": "why (or nothing)",
}


def run_check(db: Path, *, notes: bool, how: Format, lang: str) -> None:
    """Check the database anew and print all flags, the gravest first."""
    import json  # noqa: PLC0415

    from pipeline.checks import flag_text  # noqa: PLC0415
    from pipeline.store.writer import Store  # noqa: PLC0415

    if not db.exists():
        open_reader(db)  # says how to make one
    with Store(db) as store:
        store.check_all()
    connection = open_reader(db)
    try:
        found = connection.execute(
            "SELECT g.severity, g.code, g.fact, coalesce(f.region_name, ''), coalesce(i.zh, ''), "
            "coalesce(f.indicator, ''), substr(l.text, g.start + 1, g.end - g.start), g.data, "
            "(SELECT min(path) FROM source_paths p WHERE p.source = g.source) FROM flags g "
            "JOIN layers l ON l.source = g.source LEFT JOIN facts f ON f.id = g.fact "
            "LEFT JOIN indicators i ON i.code = f.indicator WHERE g.settled = 0 AND (? OR g.severity <> 'note') "
            "ORDER BY CASE g.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, g.code, 9, g.start, g.flag",
            (notes,),
        ).fetchall()
    finally:
        connection.close()
    tongue = "en" if lang == "en" else "zh"
    rows = [
        (severity, code, fact, region, indicator if tongue == "en" else f"{zh} {indicator}".strip(), number, path,
         flag_text(code, json.loads(data), tongue))
        for severity, code, fact, region, zh, indicator, number, data, path in found
    ]  # fmt: skip
    if rows or how is not Format.TABLE:
        print_rows(("severity", "code", "fact", "region", "indicator", "number", "source", "found"), rows, how)
    print(f"{len(rows)} flag{'' if len(rows) == 1 else 's'}", file=sys.stderr)


def print_queue(db: Path, filters: Filters, limit: int) -> None:
    """Print what review would show, in its order."""
    items = review_queue(db, filters, limit=limit)
    rows = [
        (f"{item.worth:.2f}", item.fact.id, item.fact.region_name, item.fact.indicator_zh, item.fact.number,
         " ".join(item.fact.flags), f"{item.fact.confidence:.2f}", "yes" if item.used else "", item.fact.sentence)
        for item in items
    ]  # fmt: skip
    if rows:
        headings = ("worth", "id", "region", "indicator", "number", "flags", "confidence", "in comparisons", "sentence")
        print_rows(headings, rows, Format.TABLE)


def run_undo(db: Path, corrections: Path, seen: str = "") -> None:
    """Take the last decision back and say which; ``seen`` says which is meant."""
    last = undo(db, corrections, seen=seen)
    print(f"taken back: {last.do} {last.number} in {last.path}, by {last.by}, {last.when}")


def run_review(db: Path, corrections: Path, filters: Filters, limit: int, by: str, lang: str) -> None:
    """Go through the queue. On a terminal a key does; else lines are read: the key and what belongs to it."""
    items = review_queue(db, filters, limit=limit)
    if not items:
        print("nothing to review: every fact that the options ask for has been decided on")
        return
    connection = open_reader(db)
    try:
        labels = load_labels(connection)
    finally:
        connection.close()
    session = _Session(db, corrections, by, labels, lang)
    done = 0
    for place, item in enumerate(items, start=1):
        print(f"\n--- {place} of {len(items)}, worth {item.worth:.2f}" + (", in comparisons" if item.used else ""))
        action = session.settle(item)
        if action is None:
            break
        done += action
    print(f"\n{done} decided; they are in {corrections}", file=sys.stderr)


def run_browser(db: Path, corrections: Path, filters: Filters, by: str, lang: str, port: int) -> None:
    """Serve the queue and the pages of the database, to this machine alone, until the user stops it."""
    from pipeline import web  # noqa: PLC0415 - loads Datasette

    reviewing = web.Reviewing(db, corrections, by, filters)
    web.serve(db, web.Address(port=port), lang=lang, open_browser=sys.stdout.isatty(), reviewing=reviewing)


class _Session:
    """A person at the queue."""

    def __init__(self, db: Path, corrections: Path, by: str, labels: Labels, lang: str) -> None:
        self._db = db
        self._corrections = corrections
        self._by = by
        self._labels = labels
        self._lang = lang
        self._made: list[Decision] = []
        self._seen = ""

    def settle(self, item: Item) -> int | None:
        """Ask until the fact is decided on (1) or skipped (0); None to stop."""
        if not self._shown(item):
            return 0
        while True:
            key, rest = _ask()
            if key in ("q", ""):
                return None
            if key == "s":
                return 0
            try:
                if key == "u":
                    self._undo()
                    if not self._shown(item):
                        return 0
                elif key == "a":
                    self._add(item, rest)
                elif key in "cer":
                    self._decide(item, key, rest)
                    return 1
                else:
                    print(_KEYS)
            except UsageError as error:
                print(f"not done: {error}")

    def _shown(self, item: Item) -> bool:
        """Show the fact; False where another reviewer has settled it since the queue was made."""
        try:
            found = show(self._db, item.fact.id)
        except UsageError:
            print("gone by now: somebody rejected it, or its file was read anew")
            return False
        if found.decision is not None:
            action, who, when, _ = found.decision
            print(f"decided by now: {action} by {who}, {when}")
            return False
        self._seen = print_of(found.fact)
        print("\n".join(fact_lines(found, self._labels, self._lang)))
        return True

    def _undo(self) -> None:
        """Take back what was decided last here; where nothing was, the last decision of the file."""
        run_undo(self._db, self._corrections, print_of(self._made[-1]) if self._made else "")
        del self._made[-1:]

    def _decide(self, item: Item, key: str, rest: str) -> None:
        if key == "e":
            changes, reason = _fields(_words(rest or _line(_HELP["e"])))
            draft = Draft(Action.CORRECT, changes, reason, self._by)
        elif key == "r":
            draft = Draft(Action.REJECT, {}, rest or (_line(_HELP["r"]) if sys.stdin.isatty() else ""), self._by)
        else:
            draft = Draft(Action.CONFIRM, {}, rest, self._by)
        decision = decide(self._db, self._corrections, item.fact.id, draft, seen=self._seen)
        self._made.append(decision)
        print(f"{decision.do}: {decision.number}")

    def _add(self, item: Item, rest: str) -> None:
        words = _words(rest or _line(_HELP["a"]))
        if not words:
            raise UsageError(_HELP["a"])
        layer = show(self._db, item.fact.id).layer
        at = _nearest(layer, words[0], item.fact.start)
        changes, reason = _fields(words[1:])
        draft = Draft(Action.ADD, changes, reason, self._by)
        decision = add(self._db, self._corrections, item.fact.path, (at, at + len(words[0])), draft)
        self._made.append(decision)
        print(f"{decision.do}: {decision.number}, characters {decision.start} to {decision.end}")


def _ask() -> tuple[str, str]:
    """The key pressed, and what was typed with it where lines are read; nothing at the end of the input."""
    if sys.stdin.isatty():
        import click  # noqa: PLC0415

        print(f"[{_KEYS}] ", end="", flush=True)
        key = click.getchar()
        print(key)
        return ("q" if key in ("\x03", "\x04") else key.lower()), ""
    line = sys.stdin.readline()
    return line[:1].lower() if line.strip() else ("q" if not line else "?"), line[1:].strip()


def _line(prompt: str) -> str:
    print(f"{prompt}: ", end="", flush=True)
    return sys.stdin.readline().strip()


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{text}: {error}") from error


def _fields(words: Sequence[str]) -> tuple[dict[str, str], str]:
    """``name=value`` words as changes, and the reason among them."""
    changes: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise UsageError(f"{word}: write name=value, such as period=2023")
        changes[name] = value
    return changes, changes.pop("reason", "")


def _nearest(layer: str, number: str, near: int) -> int:
    """Where a number stands nearest to a place. Raises UsageError where it is nowhere."""
    before, behind = layer.rfind(number, 0, near), layer.find(number, near)
    found = [at for at in (before, behind) if at >= 0]
    if not found:
        raise UsageError(f"{number}: isn't in the text; copy it as it stands there")
    return min(found, key=lambda at: abs(at - near))


def print_sample(db: Path, number: int, seed: int, filters: Filters) -> None:
    """Print a sample as CSV."""
    text = draw_sample(db, number, seed, filters)
    sys.stdout.write(text)
    advice = "fill in the column right (y or n), then: countyfacts audit-sample --read FILE"
    print(f"{text.count(chr(10)) - 1} lines drawn; {advice}", file=sys.stderr)


def print_estimate(path: Path) -> None:
    """Print what the answers in a sample say of the precision."""
    answers, left = read_answers(path)
    if not answers:
        raise UsageError(f"{path}: no row has an answer in the column right yet; write y or n there")
    rows = [
        (row.name, row.checked, row.right, f"{row.share:.3f}", f"{row.low:.3f}", f"{row.high:.3f}")
        for row in estimate(answers)
    ]
    print_rows(("indicator", "checked", "right", "precision", "from", "to"), rows, Format.TABLE)
    print("from and to: 95% interval (Wilson, effective size of the weighted sample)", file=sys.stderr)
    if left:
        print(f"{left} rows have no answer and aren't counted", file=sys.stderr)
