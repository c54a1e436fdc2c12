"""Places: the gazetteer, mentions of places in running text, and the region reports and figures are about."""

from pipeline.places.gazetteer import Former, Gazetteer, load_gazetteer, parse_gazetteer
from pipeline.places.locate import locate
from pipeline.places.mentions import find_places

__all__ = ["Former", "Gazetteer", "find_places", "load_gazetteer", "locate", "parse_gazetteer"]
