"""The shipped models, wherever the project stands: in its checkout or installed."""

from __future__ import annotations

from pathlib import Path

_PLACES = (Path(__file__).parents[2] / "models", Path(__file__).parents[1] / "models")


def model_path(name: str) -> Path | None:
    """Where a model's file is: ``models/`` of the checkout, or the same folder inside the installed package."""
    return next((place / name for place in _PLACES if (place / name).is_file()), None)


def read_model(name: str) -> str | None:
    """The text of a model's file; None where it isn't shipped."""
    path = model_path(name)
    return path.read_text(encoding="utf-8") if path else None
