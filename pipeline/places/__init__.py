"""Places: the gazetteer, mentions of places in running text, and the region reports and figures are about."""

from pipeline.places.gazetteer import Former, Gazetteer, load_gazetteer, parse_gazetteer
from pipeline.places.locate import locate
from pipeline.places.lookup import Entry, look_up
from pipeline.places.mentions import find_places
from pipeline.places.tables import place_heads

__all__ = [
    "Entry",
    "Former",
    "Gazetteer",
    "find_places",
    "load_gazetteer",
    "locate",
    "look_up",
    "parse_gazetteer",
    "place_heads",
]
