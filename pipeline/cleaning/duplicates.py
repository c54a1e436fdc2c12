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
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PERMUTATIONS = 128
"""The estimate of likeness is off by about 1 / sqrt(128), 0.09, at worst."""
ALIKE = 0.6
"""Two texts that share this much of their clauses, of all that either has, are one report."""
_SEED = 1
_ROWS = 4
"""Values in a band: of two texts that are just alike, all 32 bands of four differ once in eighty times."""
_CLAUSE = re.compile(r"[^，。；：！？、,;:!?\n\t]+")
_BLANK = re.compile(r"\s+")
_SHORTEST = 4
_FEWEST = 8
"""Texts with fewer clauses are alike too easily: titles, empty forms."""
_BATCH = 4096
"""Clauses hashed at a time: keeps the table of all their values small."""

Signature = tuple[int, ...]


def signature(text: str) -> Signature | None:
    """The signature of a clean text, 128 numbers of 32 bits; None where it is too short to be told from others."""
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
    return tuple(least.tolist())


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


def likeness(one: Signature, two: Signature) -> float:
    """The share of clauses that two texts have in common, as their signatures tell it, 0 to 1."""
    return sum(a == b for a, b in zip(one, two, strict=True)) / PERMUTATIONS


def groups(signatures: Mapping[str, Signature]) -> list[tuple[str, ...]]:
    """The names of texts that are one report, each group sorted, the groups in order; single texts are left out.

    Likeness is passed on: where A is like B and B like C, all three are one group. The order of ``signatures`` makes no
    difference.
    """
    names = sorted(signatures)
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for one, two in _candidates(names, signatures):
        first, second = sorted((find(one), find(two)))
        if first != second and likeness(signatures[one], signatures[two]) >= ALIKE:
            leader[second] = first
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(find(name), []).append(name)
    return [tuple(group) for group in members.values() if len(group) > 1]


def _candidates(names: Sequence[str], signatures: Mapping[str, Signature]) -> Iterator[tuple[str, str]]:
    """Pairs of texts that share a band of their signatures, in order."""
    holders: dict[tuple[int, Signature], list[str]] = {}
    for name in names:
        values = signatures[name]
        bands = [holders.setdefault((at, values[at : at + _ROWS]), []) for at in range(0, PERMUTATIONS, _ROWS)]
        for other in sorted(set().union(*bands)):
            yield other, name
        for band in bands:
            band.append(name)
