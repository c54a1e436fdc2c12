"""Floors: what the extraction has reached and must not fall under, pinned to the gold it was measured on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from pipeline.evaluating.scoring import FIELDS, Scores
from pipeline.resources import Strict, load_user_yaml

SLACK = 0.005
"""How far floors are set under what was measured when they are raised."""


class GoldSetEntry(Strict):
    """A gold set: where it is (from the folder of the file), its digest, and the floors by measure.

    Measures are ``found`` and ``whole`` (F1) and the fields (share of pairs that agree).
    """

    gold: str
    documents: str
    optional: bool = False
    digest: str
    floors: dict[str, float] = Field(default_factory=dict)


class Floors(Strict):
    """The file of floors."""

    sets: dict[str, GoldSetEntry]


def load_floors(path: Path) -> Floors:
    """The floors of a file. Raises ResourceError."""
    return load_user_yaml(path, Floors)


def measured(scores: Scores) -> dict[str, float]:
    """What floors can be set for."""
    return {"found": scores.found.f1, "whole": scores.whole.f1, **scores.fields}


def check_floors(name: str, entry: GoldSetEntry, digest: str, scores: Scores) -> Iterator[str]:
    """Every way in which a gold set or its scores fall short, in words."""
    if digest != entry.digest:
        yield (
            f"{name}: the gold changed since its floors were set (digest {digest[:12]}, not {entry.digest[:12]}); "
            "look at the change, then set them anew with: countyfacts evaluate --raise"
        )
    values = measured(scores)
    for measure, floor in entry.floors.items():
        if measure not in values:
            yield f"{name}: there is no measure {measure}; there are found, whole, {', '.join(FIELDS)}"
        elif values[measure] < floor:
            yield f"{name}: {measure} is {values[measure]:.4f}, under its floor of {floor:.4f}"


def raised(entry: GoldSetEntry, digest: str, scores: Scores) -> GoldSetEntry:
    """The entry with floors raised to just under what was measured, and the digest of the gold at hand.

    A floor is never lowered: who means to lower one does it by hand, with a reason in the log.
    """
    floors = {
        measure: max(entry.floors.get(measure, 0.0), math.floor((value - SLACK) * 1000) / 1000)
        for measure, value in measured(scores).items()
    }
    return entry.model_copy(update={"digest": digest, "floors": floors})


def floors_text(floors: Floors) -> str:
    """The file of floors as it is written."""
    lines = [
        "# Gold sets, and the floors under which `countyfacts evaluate` fails. Each digest covers the gold facts and",
        "# their documents: when they change, the floors have to be looked at again.",
        "# Raise with: countyfacts evaluate --raise (which never lowers one).",
        "sets:",
    ]
    for name, entry in floors.sets.items():
        lines += [f"  {name}:", f"    gold: {entry.gold}", f"    documents: {entry.documents}"]
        if entry.optional:
            lines.append("    optional: true # scored where it is there")
        lines.append(f"    digest: {entry.digest}")
        if entry.floors:
            lines.append("    floors:")
        lines += [f"      {measure}: {floor:.3f}" for measure, floor in entry.floors.items()]
    return "\n".join(lines) + "\n"
