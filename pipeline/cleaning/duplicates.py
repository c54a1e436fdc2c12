"""The same report at two addresses: signatures of clean texts, and which texts are near enough to be one.

MinHash (Broder 1997, as in datasketch) over the clauses of a text: clones differ in what stands around the report and
in single characters, so that most of their clauses are the same to the letter once both are cleaned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
"""The estimate of likeness is off by about 1 / sqrt(128), 0.09, at worst."""
ALIKE = 0.6
"""Two texts that share this much of their clauses, of all that either has, are one report."""
_SEED = 1
_SCHEME: Final = "affine32"
_CLAUSE = re.compile(r"[^，。；：！？、,;:!?\n\t]+")
_BLANK = re.compile(r"\s+")
_SHORTEST = 4
_FEWEST = 8
"""Texts with fewer clauses are alike too easily: titles, empty forms."""

Signature = tuple[int, ...]


def signature(text: str) -> Signature | None:
    """The signature of a clean text; None where it is too short to be told from others."""
    from datasketch import MinHash  # noqa: PLC0415 - slow to load, and only ingest needs it

    clauses = {_BLANK.sub("", found) for found in _CLAUSE.findall(text)}
    kept = sorted(clause.encode() for clause in clauses if len(clause) >= _SHORTEST)
    if len(kept) < _FEWEST:
        return None
    hashed = MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme=_SCHEME)
    hashed.update_batch(kept)
    return tuple(int(value) for value in hashed.hashvalues)


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
        if likeness(signatures[one], signatures[two]) >= ALIKE:
            first, second = sorted((find(one), find(two)))
            leader[second] = first
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(find(name), []).append(name)
    return [tuple(group) for group in members.values() if len(group) > 1]


def _candidates(names: Sequence[str], signatures: Mapping[str, Signature]) -> list[tuple[str, str]]:
    """Pairs of texts that share a band of their signatures (locality-sensitive hashing), in order."""
    from datasketch import MinHashLSH  # noqa: PLC0415 - slow to load

    index = MinHashLSH(threshold=ALIKE - 0.1, num_perm=PERMUTATIONS)
    pairs: list[tuple[str, str]] = []
    for name in names:
        hashed = _restored(signatures[name])
        pairs += sorted((str(other), name) for other in index.query(hashed))
        index.insert(name, hashed)
    return pairs


def _restored(values: Signature) -> MinHash:
    import numpy as np  # noqa: PLC0415 - slow to load
    from datasketch import MinHash  # noqa: PLC0415

    return MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme=_SCHEME, hashvalues=np.array(values, dtype=np.uint32))
