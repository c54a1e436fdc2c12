"""Places: the gazetteer, mentions of places in running text, and the region reports and figures are about."""

from pipeline.places.gazetteer import Former, Gazetteer, load_gazetteer, parse_gazetteer

__all__ = ["Former", "Gazetteer", "load_gazetteer", "parse_gazetteer"]
