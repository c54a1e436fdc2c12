"""Whose words a stretch of text is: the level words, masks and document numbers by which reports of a source differ."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

_SIGN = re.compile(
    r"[我本全](?P<level>[市县区州旗盟])(?![域间别位长])|[*＊]{1,3}(?P<mask>[市县区州旗盟])(?!域)"
    r"|(?<![省市州县旗区、和级各全我])(?P<office>[市县区])(?=委|政府|人大|教育局|教体局|级财政)"
    r"|(?P<units>县[（(]市、?区[)）]|县[（(]区[)）]|县市区|县区|区县|乡镇[（(]街道[)）]|镇[（(]街道?[)）]|镇街)"
    r"|(?P<number>[一-龥])[一-龥]{1,6}[〔\[［（(【]\s?(?:19|20)\d\d"
    r"|(?<![一-龥])(?P<name>[一-龥]{2,3})(?=[县市区旗镇](?![级域场区政]))"
)
_KINDS = {"mask": "level", "office": "level"}
NEAR = 700
"""A sign does not speak for the report it stands in with the signs this near: they came with it."""
OPENING = 120
"""The title and first sentence of a report are its own, whatever stands near."""
SMOOTH = 0.4
MOST = {"level": 1.5, "units": 1.5, "number": 3.0, "name": 3.0}
"""What one sign may tell at most, by its kind: names and document numbers tell more than level words."""
CLEAR = 0.5
"""A sign points to a report where it fits it so much better than any other."""


class Voices:
    """The log-odds that a stretch belongs to each report, from the signs in it and how the reports speak elsewhere."""

    def __init__(self, text: str, starts: Sequence[int], owners: Sequence[tuple[int, int]]) -> None:
        """``starts`` are where reports begin; ``owners`` says from where on the text is taken to be which report's."""
        found = list(_SIGN.finditer(text))
        owned = [place for place, _ in owners]
        self._starts = starts
        self._places = [match.start() for match in found]
        self._signs = [(_kind(match), match[match.lastgroup or 0]) for match in found]
        self._owners = [owners[bisect_right(owned, place) - 1][1] for place in self._places]
        self._alike = Counter(zip(self._signs, self._owners, strict=True))
        self._everything = Counter((kind, owner) for (kind, _), owner in zip(self._signs, self._owners, strict=True))
        self.gains = [self._gains(index) for index in range(len(found))]
        """What each sign tells for each report."""
        self.sums = [[0.0] * len(starts)]
        """The running totals before the first and after each sign, by report."""
        for gains in self.gains:
            self.sums.append([total + gain for total, gain in zip(self.sums[-1], gains, strict=True)])

    def before(self, place: int) -> int:
        """How many signs stand before a place: the row of :attr:`sums` there."""
        return bisect_right(self._places, place - 1)

    def pointing(self) -> list[tuple[int, int]]:
        """``(place, report)`` of each sign that points to one report."""
        found = []
        for place, gains in zip(self._places, self.gains, strict=True):
            ranked = sorted((gain, report) for report, gain in enumerate(gains))
            if len(ranked) > 1 and ranked[-1][0] - ranked[-2][0] >= CLEAR:
                found.append((place, ranked[-1][1]))
        return found

    def _gains(self, index: int) -> list[float]:
        sign, owner = self._signs[index], self._owners[index]
        alike = [self._alike[sign, report] for report in range(len(self._starts))]
        everything = [self._everything[sign[0], report] for report in range(len(self._starts))]
        for other in self._beside(index):
            if self._signs[other][0] == sign[0]:
                everything[owner] -= 1
                alike[owner] -= self._signs[other] == sign
        named = sign[0] == "name"
        shares = [
            (count + SMOOTH) / (1 if named else of + 3 * SMOOTH) for count, of in zip(alike, everything, strict=True)
        ]
        mean, most = sum(shares) / len(shares), MOST[sign[0]]
        return [max(-most, min(most, math.log(share / mean))) for share in shares]

    def _beside(self, index: int) -> list[int]:
        """The signs that came with one: those near it in its report, but for the report's opening, and itself."""
        place, owner = self._places[index], self._owners[index]
        low, high = bisect_left(self._places, place - NEAR + 1), bisect_left(self._places, place + NEAR)
        opening = self._starts[owner] + OPENING
        return [i for i in range(low, high) if self._owners[i] == owner and self._places[i] > opening]


def _kind(match: re.Match[str]) -> str:
    group = match.lastgroup or ""
    return _KINDS.get(group, group)
