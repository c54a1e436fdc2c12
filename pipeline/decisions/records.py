"""One decision of a person about one number."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from pipeline.model import Bound, Level, Measure, Sector, Status
from pipeline.resources import Strict

CONTEXT = 24
"""Characters of the text layer quoted on either side of a number."""
ADDED_PART = 1000
"""Facts that a person adds to a number count their parts from here, beyond those that are read out of it."""


class Action(StrEnum):
    """What was decided: the fact is right as it is read; has other fields; is none; was missed."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    REJECT = "reject"
    ADD = "add"


class Decided(Strict):
    """A fact as a person says it is; of a rejected one as it was read. Values are in the catalogue's unit."""

    indicator: str
    value: Decimal
    value_high: Decimal | None = None
    measure: Measure = Measure.LEVEL
    bound: Bound = Bound.EXACT
    status: Status = Status.ACTUAL
    period: str | None = None
    level: Level | None = None
    sector: Sector | None = None
    region: str | None = None
    scope: str | None = None


FIELDS = tuple(Decided.model_fields)
"""The fields of a fact that a person can decide on, in their order."""


class Decision(Strict):
    """An entry of ``corrections.yaml``.

    ``source`` is the SHA-256 of the bytes, ``path`` where they were found; ``start``/``end`` the text-layer span of
    ``number``, ``before``/``after`` the text around it. ``part`` tells several facts of one number apart. ``was`` is
    the indicator that the number was read as, None for one that was missed.
    """

    source: str = Field(pattern="^[0-9a-f]{64}$")
    path: str
    do: Action
    number: str = Field(min_length=1)
    before: str
    after: str
    start: int = Field(ge=0)
    end: int
    part: int = 0
    was: str | None = None
    fact: Decided
    reason: str = ""
    by: str
    when: str

    @model_validator(mode="after")
    def _span_fits(self) -> Decision:
        if self.end - self.start != len(self.number):
            raise ValueError("start and end must be as far apart as number is long")
        return self
