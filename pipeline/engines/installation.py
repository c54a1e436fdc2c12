"""Whether Countyfacts is installed so that it works: Python, SQLite, packages, and a report read the whole way."""

from __future__ import annotations

import re
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from typing import NamedTuple

_NEWEST_TRIED = (3, 14)
_SQLITE = (3, 37, 0)
"""STRICT tables came with SQLite 3.37."""
_SETUP = "set it up anew: remove .venv and run: make setup"
_REPORT = "浙江省台州市路桥区2023年教育工作总结\n2023年，全区新建学校3所，新增学位1200个。\n"
_EXPECTED = {("schools_built", "3", "331004"), ("school_places_added", "1200", "331004")}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


class Part(NamedTuple):
    """A part of the installation: ``problem`` is None where it works; ``optional`` parts may be missing."""

    name: str
    told: str
    problem: str | None = None
    advice: str | None = None
    optional: bool = False


def examine_installation() -> list[Part]:
    """Every part that is looked at, in order."""
    return [_python(), _sqlite(), _packages(), _reading(), _libreoffice(), _ocr()]


def _python() -> Part:
    told = f"Python {sys.version.split()[0]}"
    if sys.version_info[:2] > _NEWEST_TRIED:
        newest = ".".join(map(str, _NEWEST_TRIED))
        return Part("python", told, f"newer than any it was tried with ({newest})", "use an older one", optional=True)
    return Part("python", told)


def _sqlite() -> Part:
    told = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < _SQLITE:
        return Part("sqlite", told, "is older than 3.37", "use a newer Python, which brings a newer SQLite")
    try:
        db = sqlite3.connect(":memory:")
        db.execute("CREATE VIRTUAL TABLE found USING fts5 (words)")
        db.close()
    except sqlite3.OperationalError as error:
        return Part("sqlite", told, f"has no full-text search: {error}", "use the Python of python.org or your system")
    return Part("sqlite", f"{told} with full-text search")


def _packages() -> Part:
    missing = []
    needed = []
    for requirement in requires("countyfacts") or ():
        name = _NAME.match(requirement)
        if name is None or "extra ==" in requirement:
            continue
        needed.append(name[0])
        try:
            version(name[0])
        except PackageNotFoundError:
            missing.append(name[0])
    told = f"{len(needed)} packages"
    if missing:
        return Part("packages", told, f"not installed: {', '.join(missing)}", _SETUP)
    return Part("packages", told)


def _reading() -> Part:
    """A short report goes the whole way: all data files and models are loaded and used."""
    from pipeline.extraction import extract_source  # noqa: PLC0415 - loads dictionaries and models

    told = "a report read the whole way, with all data files and models"
    try:
        facts = extract_source(_REPORT.encode(), "check.txt").facts
    except Exception as error:  # whatever it is, it is the answer
        return Part("reading", told, f"{type(error).__name__}: {error}", _SETUP)
    found = {(fact.indicator, str(fact.value), fact.region) for fact in facts}
    if found != _EXPECTED:
        return Part("reading", told, f"gave {sorted(map(str, found))}", f"{_SETUP}; or your own data files changed it")
    return Part("reading", told)


def _libreoffice() -> Part:
    from pipeline.reading.office import find_soffice  # noqa: PLC0415

    found = find_soffice()
    if found is None:
        return Part("libreoffice", "for .doc, .wps, .rtf, .odt and .ods", "not found", "install it", optional=True)
    return Part("libreoffice", found)


def _ocr() -> Part:
    told = "OCR, for scans and pictures"
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return Part("ocr", told, "not installed", "install it with: make ocr", optional=True)
    return Part("ocr", told)
