"""What stands on a page of a PDF file or a picture, before it is put in order.

Coordinates are points (1/72 inch) from the upper left corner of the page as it is seen, ``y`` growing downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

ABOVE, BELOW = 0.85, 0.15
"""What a character takes up above and below its baseline, in sizes: the em box of Chinese fonts."""


class Glyph(NamedTuple):
    """A drawn character (several for a ligature): the box it moves the pen by, its baseline and its size.

    ``heavy``: drawn in a bold face. ``doubtful``: the OCR isn't sure of it.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    heavy: bool = False
    doubtful: bool = False

    @property
    def middle(self) -> float:
        """The height at which it has its middle."""
        return self.baseline - (ABOVE - BELOW) / 2 * self.size


class Rule(NamedTuple):
    """A straight line along the page or down it; ``at`` is where it stands across its direction."""

    along: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageContent:
    """The characters and lines of one page. ``number`` counts from 1.

    ``rules`` are the horizontal and vertical lines drawn; ``astray`` the texts that stand askew or are turned against
    the rest of the page (watermarks); ``pictured`` the share of the page that its largest picture covers.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    astray: tuple[str, ...] = ()
    pictured: float = 0.0
