"""What a container holds, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a container. ``key`` finds it there again; ``name`` is harmless and differs from the others'.

    ``size`` is how many bytes it says it unpacks to (None where the format doesn't tell). ``problem`` is the code and
    the reason why it can't be read. ``hints`` is what the container says of it, as in ``Source.hints``.
    """

    key: int
    name: str
    size: int | None = None
    problem: tuple[str, str] | None = None
    hints: Mapping[str, str] = field(default_factory=dict)


class Container(Protocol):
    """An opened container: its members are listed without being unpacked, and read one at a time."""

    def members(self) -> Iterator[Member]:
        """The files it holds, in its own order. Raises Refused where the container is damaged."""

    def head(self, key: int) -> bytes:
        """The first bytes of a member, to tell its kind by. Raises Refused."""

    def read(self, key: int, limit: int) -> bytes:
        """The bytes of a member. Raises Refused: ``damaged``, or ``too_large`` for more than ``limit`` of them."""


HEAD_BYTES = 1024


def too_large(size: int | None, limit: int) -> str:
    """The reason in words."""
    has = f"unpacks to {size:,} bytes" if size is not None else "unpacks to too many bytes"
    return f"{has}; the limit is {limit:,} (unpack it yourself, and split it or take out pictures)"
