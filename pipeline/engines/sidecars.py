"""``regions.yaml`` beside the files: the user's word on which region they are about.

    # file name, or a pattern for several        a name or an adcode
    "town summary 2021.docx": 迎江区
    "pu'er*.txt": "530800"
    # an archive as a whole, or files in it
    "2021.zip": 谯城区
    "2021.zip!/迎江/*": 迎江区
    "*": 福州市

The file's own name goes before patterns, patterns hold in their order; lines for files in an archive go before
those for the archive. What no line fits is read as without the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pipeline.errors import ResourceError

NAME = "regions.yaml"
_INSIDE = "!/"


def region_told(path: Path, inside: str = "") -> str | None:
    """The adcode that ``regions.yaml`` in its folder gives a file, or None; ``inside`` names a file within it.

    Raises ResourceError where that file is no list of names and regions, or names a region that isn't one or several.
    """
    sidecar = path.parent / NAME
    try:
        stamp = sidecar.stat()
    except OSError:
        return None
    told = _told(sidecar, stamp.st_mtime_ns, stamp.st_size)
    if inside:
        within = {pattern: code for pattern, code in told.items() if _INSIDE in pattern}
        found = _fitting(f"{path.name}{_INSIDE}{inside}", within)
        if found is not None:
            return found
    return _fitting(path.name, told)


def _fitting(name: str, told: Mapping[str, str]) -> str | None:
    if name in told:
        return told[name]
    return next((code for pattern, code in told.items() if fnmatchcase(name, pattern)), None)


@cache
def _told(sidecar: Path, modified: int, size: int) -> dict[str, str]:
    """What the file says; read again when time or size of it change."""
    from typing import Annotated  # noqa: PLC0415 - most folders have no such file

    from pydantic import Field  # noqa: PLC0415

    from pipeline.resources import load_user_yaml  # noqa: PLC0415

    # names of files, or patterns of them, and the region of each by its name or code
    schema = dict[str, str | Annotated[int, Field(ge=0, le=999_999)]]
    return {name: _code(sidecar, name, str(told)) for name, told in load_user_yaml(sidecar, schema).items()}


def _code(sidecar: Path, name: str, told: str) -> str:
    from pipeline.places import load_gazetteer  # noqa: PLC0415 - most folders have no such file

    found = load_gazetteer().find(told)
    if len(found) == 1:
        return found[0].adcode
    choices = ", ".join(f"{load_gazetteer().full_name(r.adcode)} {r.adcode}" for r in found[:6])
    why = f"several regions are called so; give the code: {choices}" if found else "no such region"
    raise ResourceError(f"{sidecar}: {name}: {told}: {why}")
