"""A list of thousands of entries in YAML, and where each stands, read in one go over the events of the parser.

PyYAML makes a node of every word before it makes values, and finds out anew for every word what it is: more than half
of the time, for words that come again in every entry.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from pipeline.limits import without_collecting

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_MERGE = "<<"


class Listed(NamedTuple):
    """What a text says, and where the entries of its outermost list begin: ``(line, column)``, counted from 0."""

    data: object
    places: tuple[tuple[int, int], ...]
    block: bool
    """The list is written with an entry to a line, and not between brackets."""


@without_collecting()
def read_listed(text: str) -> Listed:
    """The values of a YAML text as the safe loader makes them, and where its entries stand. Raises yaml.YAMLError."""
    try:
        return _Events(text).read()
    except _Unusual:
        return _over_nodes(text)


class _Unusual(Exception):
    """YAML that only people write: anchors, tags, keys that aren't words."""


class _Words(dict[tuple[str, tuple[bool, bool]], object]):
    """Words as values, each worked out once; whether it stood in quotation marks is a part of the key."""

    def __init__(self, loader: Any) -> None:  # noqa: ANN401 - written in C, without types
        self._loader = loader

    def __missing__(self, key: tuple[str, tuple[bool, bool]]) -> object:
        word, implicit = key
        tag = self._loader.resolve(yaml.ScalarNode, word, implicit)
        found = word if tag == _TEXT else self._loader.construct_object(yaml.ScalarNode(tag, word))
        self[key] = found
        return found


class _Events:
    def __init__(self, text: str) -> None:
        self._loader = _LOADER(text)
        self._next = self._loader.get_event
        self._words = _Words(self._loader)
        self._list: Listed | None = None

    def read(self) -> Listed:
        try:
            self._next()  # the stream begins
            if isinstance(self._next(), yaml.StreamEndEvent):
                return Listed(None, (), block=False)
            data = self._value(self._next())
            self._next()  # the document ends
            if not isinstance(self._next(), yaml.StreamEndEvent):
                raise _Unusual
        finally:
            self._loader.dispose()
        return self._list._replace(data=data) if self._list else Listed(data, (), block=False)

    def _value(self, event: Any) -> object:  # noqa: ANN401 - PyYAML's own
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self._word(event)
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise _Unusual
        if kind is yaml.MappingStartEvent:
            found = {}
            while type(event := self._next()) is not yaml.MappingEndEvent:
                if type(event) is not yaml.ScalarEvent or event.value == _MERGE:
                    raise _Unusual
                key = self._word(event)
                found[key] = self._value(self._next())
            return found
        if kind is yaml.SequenceStartEvent:
            return self._entries(event)
        raise _Unusual

    def _entries(self, start: Any) -> list[object]:  # noqa: ANN401 - as above
        entries, places = [], []
        outermost, self._list = self._list is None, self._list or Listed(None, (), block=False)
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            places.append((event.start_mark.line, event.start_mark.column))
            entries.append(self._value(event))
        if outermost:
            self._list = Listed(None, tuple(places), not start.flow_style)
        return entries

    def _word(self, event: Any) -> object:  # noqa: ANN401 - as above
        if event.anchor is not None or event.tag is not None:
            raise _Unusual
        return self._words[event.value, event.implicit]


def _over_nodes(text: str) -> Listed:
    """The same by the library's own way, which knows all of YAML."""
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()
    values = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else [node]
    listed = next((value for value in values if isinstance(value, yaml.SequenceNode)), None)
    if listed is None:
        return Listed(data, (), block=False)
    places = tuple((entry.start_mark.line, entry.start_mark.column) for entry in listed.value)
    return Listed(data, places, not listed.flow_style)
