"""All regular expressions of the program, and texts made to trouble each of them."""

from __future__ import annotations

import functools
import importlib
import inspect
import io
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from re import _constants as ops
from re import _parser as parser
from typing import Any, NamedTuple

import pipeline

SAMPLES = Path(__file__).parents[2] / "corpora/samples"
SKIPPED = ("pipeline.__main__", "pipeline.learning")
"""What nobody's text meets: learning reads the project's own documents."""


ANCHORED = {"match", "fullmatch"}
METHODS = {*ANCHORED, "search", "finditer", "findall", "sub", "subn", "split", "scanner"}


class Used(NamedTuple):
    """A pattern, where it was compiled, and whether it was only ever tried at one place of a text."""

    pattern: str
    flags: int
    module: str
    anchored: bool


SHORT, LONG = 1_500, 48_000
"""Characters of a text that each pattern meets, and of the longer ones that the worst of those are made into."""
MOST_SECONDS = 1.0
"""Of the processor, for a text of ``LONG`` characters, whatever the cause: twenty microseconds a character."""
GIVEN_UP = 2.0
NOTICED = 0.005
GROWTH = 8.0
"""How many times as long a text of four times the length may take: four in linear time, sixteen in quadratic; not
looked at below ``NOTICED`` seconds."""


class Tried(NamedTuple):
    """The seconds a pattern took at most, for how many characters, how many times as long as for a quarter of them, and
    how that text begins.
    """

    seconds: float
    length: int
    growth: float
    text: str

    def is_slow(self) -> bool:
        """Whether that is more than linear time, or too much of it."""
        return self.seconds > NOTICED and (self.growth > GROWTH or self.seconds > MOST_SECONDS * self.length / LONG)


class _Watched:
    """A compiled pattern that notes how it is used."""

    def __init__(self, compiled: re.Pattern[str], used: set[str]) -> None:
        self._compiled = compiled
        self._used = used

    def __getattr__(self, name: str) -> Any:
        self._used.add(name)
        return getattr(self._compiled, name)


def collect() -> list[Used]:
    """Everything that is compiled when all modules are imported, all data that is kept is loaded, and samples are read.

    To be run in a process of its own.
    """
    found: dict[tuple[str, int], tuple[str, set[str]]] = {}
    real = re._compile

    def noted(pattern: Any, flags: Any) -> Any:
        frame: Any = sys._getframe(1)
        while frame is not None and frame.f_globals.get("__name__") == "re":
            frame = frame.f_back
        module = str(frame.f_globals.get("__name__", ""))
        if isinstance(pattern, _Watched):
            return pattern
        compiled = real(pattern, flags)
        if module.startswith("pipeline") and isinstance(pattern, str):
            _, used = found.setdefault((pattern, int(flags)), (module, set()))
            return _Watched(compiled, used)
        return compiled

    re._compile = noted
    for name in _with_patterns():
        with suppress(ModuleNotFoundError):  # an extra that isn't installed
            importlib.import_module(name)
    from pipeline.extraction import extract_source  # noqa: PLC0415

    for path in sorted(SAMPLES.iterdir()):
        if path.suffix in (".txt", ".html", ".docx", ".xlsx", ".pdf") and path.stat().st_size < 60_000:
            extract_source(path.read_bytes(), path.name)
    for name, module in list(sys.modules.items()):
        if name.startswith("pipeline."):
            _load_kept(module)
            _look_up(module)
    return sorted(
        Used(pattern, flags, module, bool(used) and used & METHODS <= ANCHORED)
        for (pattern, flags), (module, used) in found.items()
    )


def _with_patterns() -> Iterator[str]:
    """The modules that can compile a pattern by themselves; importing the others, too, would take seconds."""
    root = Path(pipeline.__path__[0])
    for path in sorted(root.rglob("*.py")):
        name = ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")
        if not name.startswith(SKIPPED) and "import re\n" in path.read_text(encoding="utf-8"):
            yield name


def _look_up(module: Any) -> None:
    """Patterns that no sample came to: the methods that are called on them by name."""
    for name, value in list(vars(module).items()):
        if isinstance(value, _Watched) and not value._used & METHODS:
            value._used.update(re.findall(rf"\b{name}\.(\w+)\(", inspect.getsource(module)))


def _load_kept(module: Any) -> None:
    """Call what keeps its result and needs no argument: that is how data and patterns are loaded."""
    for value in list(vars(module).values()):
        if isinstance(value, functools._lru_cache_wrapper) and not inspect.signature(value).parameters:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(Exception):
                value()


class _Shaper:
    """Texts that a pattern matches, or nearly: every repetition at its least, more, and as much as it may."""

    def __init__(self, rng: random.Random, many: int) -> None:
        self.rng = rng
        self.many = many

    def text(self, parsed: Any) -> str:
        return "".join(self._one(op, value) for op, value in parsed)

    def _one(self, op: Any, value: Any) -> str:
        if op is ops.LITERAL:
            return chr(value)
        if op is ops.NOT_LITERAL:
            return "甲" if value != ord("甲") else "乙"
        if op is ops.ANY:
            return "文"
        if op is ops.IN:
            return self._of_class(value)
        if op is ops.BRANCH:
            return self.text(self.rng.choice(value[1]))
        if op is ops.SUBPATTERN:
            return self.text(value[3])
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            least, most, inner = value
            count = min(most if most is not ops.MAXREPEAT else self.many, max(least, self.many))
            return "".join(self.text(inner) for _ in range(count))
        if op is ops.ATOMIC_GROUP:
            return self.text(value)
        if op in (ops.ASSERT,):
            return self.text(value[1]) if value[0] > 0 else ""
        return ""

    def _of_class(self, items: Any) -> str:
        choices = []
        for op, value in items:
            if op is ops.NEGATE:
                return next(c for c in "文1a，。 \n(" if not _in_class(items, c))
            if op is ops.LITERAL:
                choices.append(chr(value))
            elif op is ops.RANGE:
                choices.append(chr(self.rng.randint(*value)))
            elif op is ops.CATEGORY:
                choices.append(
                    {ops.CATEGORY_DIGIT: "7", ops.CATEGORY_SPACE: " ", ops.CATEGORY_WORD: "w"}.get(value, "文")
                )
        return self.rng.choice(choices) if choices else ""


def _in_class(items: Any, character: str) -> bool:
    code = ord(character)
    for op, value in items:
        if (op is ops.LITERAL and value == code) or (op is ops.RANGE and value[0] <= code <= value[1]):
            return True
        if op is ops.CATEGORY and {
            ops.CATEGORY_DIGIT: character.isdigit(), ops.CATEGORY_SPACE: character.isspace(),
            ops.CATEGORY_WORD: character.isalnum(),
        }.get(value, False):  # fmt: skip
            return True
    return False


class _Letters:
    """The characters that most parts of a pattern may stand for: texts of them leave it the most ways to match."""

    def __init__(self, parsed: Any) -> None:
        self._atoms: list[tuple[Any, Any, bool]] = []
        self._gather(parsed, repeated=False)

    def _gather(self, parsed: Any, *, repeated: bool) -> None:
        for op, value in parsed:
            if op in (ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY):
                self._atoms.append((op, value, repeated))
            elif op is ops.BRANCH:
                for branch in value[1]:
                    self._gather(branch, repeated=repeated)
            elif op is ops.SUBPATTERN:
                self._gather(value[3], repeated=repeated)
            elif op is ops.ATOMIC_GROUP:
                self._gather(value, repeated=repeated)
            elif op in (ops.ASSERT, ops.ASSERT_NOT):
                self._gather(value[1], repeated=repeated)
            elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
                self._gather(value[2], repeated=repeated or value[1] > 1)

    def best(self, count: int) -> list[str]:
        """The characters that fit the most parts, those that may be repeated first; one for each set of parts."""
        found: dict[frozenset[int], str] = {}
        for character in self._candidates():
            fits = frozenset(at for at, (op, value, _) in enumerate(self._atoms) if _fits(op, value, character))
            found.setdefault(fits, character)
        ranked = sorted(found, key=lambda fits: (-sum(10 if self._atoms[at][2] else 1 for at in fits), found[fits]))
        return [found[fits] for fits in ranked[:count] if fits]

    def _candidates(self) -> Iterator[str]:
        yield from "文1一a， \n（.、"
        for op, value, _ in self._atoms:
            if op in (ops.LITERAL, ops.NOT_LITERAL):
                yield chr(value)
            for inner, member in value if op is ops.IN else ():
                if inner is ops.LITERAL:
                    yield chr(member)
                elif inner is ops.RANGE:
                    yield from (chr(member[0]), chr(member[1]))


def _fits(op: Any, value: Any, character: str) -> bool:
    if op is ops.LITERAL:
        return value == ord(character)
    if op is ops.NOT_LITERAL:
        return value != ord(character)
    if op is ops.ANY:
        return character != "\n"
    negated = bool(value) and value[0][0] is ops.NEGATE
    return _in_class(value, character) is not negated


def troubling(pattern: str, flags: int, rounds: int) -> list[tuple[str, str]]:
    """Beginnings, and what comes behind them again and again: all that the pattern may hold, whole or broken off before
    its end, and the characters that fit most of its parts, alone and in pairs.
    """
    parsed = parser.parse(pattern, flags)
    rng = random.Random(pattern)
    pieces, beginnings = [], [""]
    for many in (1, 2, 3, 12, 60)[: 1 + 2 * rounds]:
        shaper = _Shaper(rng, many)
        for _ in range(rounds):
            text = shaper.text(parsed)
            pieces += [text, text[:-1], text[: len(text) // 2]]
    letters = _Letters(parsed).best(6 * rounds)
    pieces += letters + [one + two for one in letters[:3] for two in letters[:3] if one < two]
    once = _Shaper(rng, 1)
    for upto in range(1, min(len(parsed), 3 * rounds)):
        beginnings.append(once.text(list(parsed)[:upto]))
    texts = [("", piece) for piece in pieces if piece]
    texts += [(beginning, letter) for beginning in beginnings[1:] for letter in letters[: 3 * rounds]]
    return list(dict.fromkeys(texts))


def slowest(item: Used, rounds: int = 1) -> Tried:
    """Try a pattern on texts of some thousand characters, and on the worst of them made longer and longer.

    It looks everywhere in a text, unless it never is used so.
    """
    compiled = re.compile(item.pattern, item.flags)
    ranked = []
    for beginning, piece in troubling(item.pattern, item.flags, rounds):
        for length in (40, SHORT):  # one that takes exponential time takes long even for few characters
            seconds = _seconds(compiled, item.anchored, beginning, piece, length)
            if seconds > max(NOTICED, MOST_SECONDS * length / LONG):
                return Tried(seconds, length, 0.0, beginning + piece)
        ranked.append((seconds, beginning, piece))
    worst = Tried(0.0, LONG, 0.0, "")
    for _, beginning, piece in sorted(ranked, reverse=True)[: 2 * rounds]:
        for _ in range(3):  # what the machine does besides is seldom as slow three times
            some = _seconds(compiled, item.anchored, beginning, piece, LONG // 4)
            seconds = _seconds(compiled, item.anchored, beginning, piece, LONG)
            tried = Tried(seconds, LONG, seconds / max(some, 1e-9), beginning + piece)
            if not tried.is_slow() or seconds > MOST_SECONDS:
                break
        if tried.is_slow():
            return tried
        worst = max(worst, tried)
    return worst


def _seconds(compiled: re.Pattern[str], anchored: bool, beginning: str, piece: str, length: int) -> float:
    """Of the processor, for a text of so many characters; a great many where it doesn't come to an end."""
    text = beginning + piece * (length // len(piece)) + "\x00"
    began = time.process_time()
    try:
        with _ended_after(GIVEN_UP):
            if anchored:
                compiled.match(text)
                compiled.fullmatch(text)
            else:
                for _ in compiled.finditer(text):
                    pass
    except TimeoutError:
        return 99.0
    return time.process_time() - began


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """A pattern that is being matched looks for signals, and can be ended by one."""

    def end(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
