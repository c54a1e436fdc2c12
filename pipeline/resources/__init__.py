"""The project's data files, each loaded through a schema that refuses a typo with file and key."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipeline.errors import ResourceError

T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader written in C where it is there: it reads the same ten times as fast."""
_DEEPEST = 50
"""How deep lists and mappings of a user's file may stand within one another; ours stand in five."""


class Strict(BaseModel):
    """Base of all schemas: unknown keys are errors, records are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_text(name: str) -> str:
    """The text of a data file of the project, by its name in ``pipeline/resources``."""
    return files("pipeline.resources").joinpath(name).read_text(encoding="utf-8")


def parse_yaml(text: str, schema: type[T], where: str) -> T:
    """Parse YAML by a schema (any type pydantic knows).

    Raises ResourceError naming ``where`` (a file), and the line or key that is wrong.
    """
    try:
        data: Any = yaml.load(text, Loader=_LOADER)  # a safe loader in either case
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ResourceError(f"{where}{line}: not valid YAML: {getattr(error, 'problem', error)}") from error
    except ValueError as error:  # a number or a day that there is none of (2021-13-45)
        raise ResourceError(f"{where}: not valid YAML: {str(error)[:200]}; put it in quotation marks") from error
    try:
        return TypeAdapter(schema).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ResourceError(f"{where}, line {line_of(text, first['loc'])}: {key}: {first['msg']}") from error


def line_of(text: str, path: Sequence[int | str]) -> int:
    """The line of a YAML text in which the entry at ``path`` (keys and places in lists) stands, counted from 1.

    Where the path leads nowhere (a key that is missing) it is the line of the last entry on the way.
    """
    node = yaml.compose(text, Loader=_LOADER)
    line = 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def load_yaml(name: str, schema: type[T]) -> T:
    """A YAML data file of the project by a schema. Raises ResourceError."""
    return parse_yaml(read_text(name), schema, f"pipeline/resources/{name}")


def load_user_yaml(path: Path, schema: type[T]) -> T:
    """A YAML file of the user's by a schema. Raises ResourceError, also where the file can't be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"{path}: can't be read: {error}") from error
    _refuse_depth(text, str(path))
    return parse_yaml(text, schema, str(path))


def _refuse_depth(text: str, where: str) -> None:
    """What is nested without end would overflow the stack of the C library, and end the process."""
    depth = 0
    with suppress(yaml.YAMLError):  # which parsing tells
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise ResourceError(f"{where}, line {line}: is nested too deep")


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a plain data file of the project, without blank lines and ``#`` comments."""
    rows = (line.strip() for line in read_text(name).splitlines())
    return tuple(line for line in rows if line and not line.startswith("#"))
