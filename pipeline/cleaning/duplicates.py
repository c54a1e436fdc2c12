"""The same report at two addresses: signatures of clean texts, and which texts are near enough to be one.

MinHash over the clauses of a text: clones differ in what stands around the report and in single characters, so that
most of their clauses are the same to the letter once both are cleaned. Broder, "On the resemblance and containment of
documents" (1997); texts that share a band of their signatures are compared, as in Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", chapter 3. The values are those of the library datasketch 2 (scheme ``affine32``), which
tests hold them to; that library takes a second to load.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PERMUTATIONS = 128
"""The estimate of likeness is off by about 1 / sqrt(128), 0.09, at worst."""
ALIKE = 0.6
"""Two texts that share this much of their clauses, of all that either has, are one report."""
_SEED = 1
_BYTES = 4
"""Of each value in a signature."""
_BAND = 4 * _BYTES
"""Four values are a band: of two texts that are just alike, all 32 bands differ once in eighty times."""
_CLAUSE = re.compile(r"[^，。；：！？、,;:!?\n\t]+")
_BLANK = re.compile(r"\s+")
_SHORTEST = 4
_FEWEST = 8
"""Texts with fewer clauses are alike too easily: titles, empty forms."""
_BATCH = 4096
"""Clauses hashed at a time: keeps the table of all their values small."""
_COMPARED = 1 << 15
"""Pairs compared at a time: their bytes take four megabytes."""

SIGNATURE_BYTES = PERMUTATIONS * _BYTES


class Known(Protocol):
    """The signatures of texts, wherever they are kept: there may be more of them than memory holds."""

    def sharing(self, low: int, high: int) -> Iterable[Sequence[str]]:
        """The names of texts whose signatures are the same in the bytes ``[low:high]``, two or more at a time."""

    def signatures(self, names: Sequence[str]) -> Iterable[bytes]:
        """The signatures of some texts, in the order of their names."""


def signature(text: str) -> bytes | None:
    """The signature of a clean text, 128 numbers of 32 bits (little-endian); None where it is too short to be told
    from others.
    """
    import numpy as np  # noqa: PLC0415 - slow to load, and only ingest needs it

    clauses = {_BLANK.sub("", found) for found in _CLAUSE.findall(text)}
    kept = [clause.encode() for clause in clauses if len(clause) >= _SHORTEST]
    if len(kept) < _FEWEST:
        return None
    hashed = _mixed(np.frombuffer(b"".join(hashlib.sha1(clause).digest()[:4] for clause in kept), dtype="<u4"))
    factors, terms = _permutations()
    least = np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    for at in range(0, len(hashed), _BATCH):
        values = hashed[at : at + _BATCH, None] * factors + terms
        least = np.minimum(least, values.min(axis=0))
    return least.astype("<u4").tobytes()


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors (odd, so that no two hashes meet) and terms of the permutations of 32-bit numbers."""
    import numpy as np  # noqa: PLC0415

    chance = np.random.RandomState(_SEED)  # the one generator whose numbers never change between versions
    factors = chance.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, chance.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Hashes with their bits spread by the finalizer of MurmurHash3 (Appleby)."""
    import numpy as np  # noqa: PLC0415

    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


def groups(known: Known) -> list[tuple[str, ...]]:
    """The names of texts that are one report, each group sorted, the groups in order; single texts are left out.

    Likeness is passed on: where A is like B and B like C, all three are one group. Nothing depends on the order in
    which ``known`` tells them.
    """
    leaders: dict[str, str] = {}
    for low in range(0, SIGNATURE_BYTES, _BAND):
        for names in known.sharing(low, low + _BAND):
            _join(names, known, leaders)
    members: dict[str, list[str]] = {}
    for name in sorted(leaders):
        members.setdefault(_leader(name, leaders), []).append(name)
    return sorted(tuple(sorted({leader, *group})) for leader, group in members.items())


def _leader(name: str, leaders: dict[str, str]) -> str:
    """The text that stands for a group, followed from one to the next; the way is made short for who asks next."""
    while (after := leaders.get(name)) is not None:
        leaders[name] = leaders.get(after, after)
        name = after
    return name


def _join(names: Sequence[str], known: Known, leaders: dict[str, str]) -> None:
    """Make one group of those of the texts, which share a band, that are alike."""
    import numpy as np  # noqa: PLC0415

    tops = [_leader(name, leaders) for name in names]
    distinct = list(dict.fromkeys(tops))
    if len(distinct) == 1:
        return  # as most are that share a band: they were found alike by an earlier one
    values = _values(known.signatures(names))
    last = values.astype(np.uint8)
    number = {top: place for place, top in enumerate(distinct)}
    own = np.array([number[top] for top in tops])
    rows = max(1, _COMPARED // len(names))
    for low in range(0, len(names), rows):
        agreeing = _agreeing(last[low : low + rows], last[: low + rows])
        for at, counts in enumerate(agreeing, low):
            others = np.flatnonzero(counts[:at] >= ALIKE * PERMUTATIONS)
            others = others[own[others] != own[at]]
            alike = others[(values[others] == values[at]).mean(axis=1) >= ALIKE]
            for other in np.unique(own[alike]).tolist():
                own[own == other] = own[at]
    for top, place in zip(tops, own.tolist(), strict=True):
        one, two = sorted((_leader(top, leaders), _leader(distinct[place], leaders)))
        if one != two:
            leaders[two] = one


def _agreeing(ones: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """In how many of their values the last bytes agree, for each of some signatures with each other one.

    No fewer than the values that agree, so that what falls short here needs no closer look: most pairs do that share a
    band by clauses that everybody writes.
    """
    import numpy as np  # noqa: PLC0415

    equal = (ones[:, None, :] == others[None, :, :]).view(np.uint64)
    # eight truth values in a word: sixteen words are added without a carry, then the eight bytes of their sum
    total: NDArray[np.uint64] = (equal.sum(axis=2) * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return total


def _values(signatures: Iterable[bytes]) -> NDArray[np.uint32]:
    """Signatures as the rows of a table."""
    import numpy as np  # noqa: PLC0415

    return np.frombuffer(b"".join(signatures), dtype="<u4").reshape(-1, PERMUTATIONS)
