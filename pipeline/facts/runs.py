"""What follows one another in a text, grouped: rows of figures, lists of words, years one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def runs(items: Iterable[Item], joined: Callable[[Item, Item], bool]) -> list[list[Item]]:
    """The items in their order, those together of which each is ``joined`` to the next."""
    found: list[list[Item]] = []
    for item in items:
        if found and joined(found[-1][-1], item):
            found[-1].append(item)
        else:
            found.append([item])
    return found
