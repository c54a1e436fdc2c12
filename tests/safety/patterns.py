"""All regular expressions of the program, and texts made to trouble each of them."""

from __future__ import annotations

import functools
import importlib
import inspect
import io
import pkgutil
import random
import re
import sys
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from re import _constants as ops
from re import _parser as parser
from typing import Any, NamedTuple

import pipeline

SAMPLES = Path(__file__).parents[2] / "corpora/samples"
LENGTH = 20_000
SKIPPED = ("pipeline.__main__",)


ANCHORED = {"match", "fullmatch"}
METHODS = {*ANCHORED, "search", "finditer", "findall", "sub", "subn", "split", "scanner"}


class Used(NamedTuple):
    """A pattern, where it was compiled, and whether it was only ever tried at one place of a text."""

    pattern: str
    flags: int
    module: str
    anchored: bool


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
    for info in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if info.name not in SKIPPED:
            with suppress(ModuleNotFoundError):  # an extra that isn't installed
                importlib.import_module(info.name)
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


def troubling(pattern: str, flags: int) -> list[str]:
    """Texts of 20,000 characters: all that the pattern may hold again and again, whole or broken off before its end."""
    parsed = parser.parse(pattern, flags)
    rng = random.Random(pattern)
    seeds = []
    for many in (1, 2, 3, 12, 60):
        shaper = _Shaper(rng, many)
        for _ in range(2):
            text = shaper.text(parsed)
            seeds += [text, text[:-1], text[: len(text) // 2]]
    letters = sorted({character for seed in seeds for character in seed})
    seeds += rng.sample(letters, min(len(letters), 6))
    seeds += ["1", "一", " ", "\n", "文", "（", "1，", "一、"]
    texts = []
    for seed in dict.fromkeys(seed for seed in seeds if seed):
        texts.append((seed * (LENGTH // len(seed) + 1))[: LENGTH - 1] + "\x00")
    return texts


def slowest(item: Used) -> tuple[float, str]:
    """The seconds that the pattern takes at most for one of its texts, looking everywhere in it unless it never is used
    so, and how that text begins.
    """
    compiled = re.compile(item.pattern, item.flags)
    worst = 0.0, ""
    for text in troubling(item.pattern, item.flags):
        began = time.process_time()
        if item.anchored:
            compiled.match(text)
            compiled.fullmatch(text)
        else:
            for _ in compiled.finditer(text):
                pass
        worst = max(worst, (time.process_time() - began, text[:30]))
    return worst
