"""Estimators as skops files: no pickle, types checked on load, the same estimator the same bytes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from skops import io as skops_io

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_skops(estimator: Any, path: Path) -> None:  # noqa: ANN401 - any estimator
    """Write an estimator; addresses in memory and times of day are left out of the file."""
    data = skops_io.dumps(estimator)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = parts.pop("schema.json").decode()
    numbers: dict[str, str] = {}
    for found in re.findall(r'"__id__": (\d+)', schema):
        numbers.setdefault(found, str(len(numbers) + 1))
    schema = re.sub(r'("__id__": )(\d+)', lambda match: match.group(1) + numbers[match.group(2)], schema)
    renamed = {}
    for name in parts:
        stem, _, ending = name.partition(".")
        renamed[name] = f"{numbers.get(stem, stem)}.{ending}"
        schema = schema.replace(json.dumps(name), json.dumps(renamed[name]))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [("schema.json", schema.encode()), *((renamed[name], parts[name]) for name in parts)]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)


def read_skops(path: Path) -> Any:  # noqa: ANN401 - any estimator
    """The estimator of a file. Raises skops' UntrustedTypesFoundException where the file names a type of its own."""
    return skops_io.load(path, trusted=[])
