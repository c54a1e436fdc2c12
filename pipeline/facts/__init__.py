"""Figures linked to the indicators of the catalogue."""

from pipeline.facts.linking import link_figures

__all__ = ["link_figures"]
