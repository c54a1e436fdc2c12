"""What of the user's own the program reads by: their catalogue. Apart, for who asks has no need of the schema."""

from __future__ import annotations

import os
from pathlib import Path

OWN_CATALOGUE = "COUNTYFACTS_CATALOGUE"
"""The variable of the environment that names a user's own catalogue; processes that are started inherit it."""


def own_catalogue() -> Path | None:
    """The file of the user's own catalogue; None where there is none."""
    named = os.environ.get(OWN_CATALOGUE)
    return Path(named) if named else None
