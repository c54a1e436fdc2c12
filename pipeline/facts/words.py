"""The words that say how figures are to be read (``context_words.yaml``), compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.errors import ResourceError
from pipeline.resources import Strict, load_yaml


class _Titles(Strict):
    looking_ahead: list[str]
    looking_back: list[str]


class _Headings(Strict):
    planned: list[str]
    actual: list[str]
    closing_planned: list[str]


class _Clauses(Strict):
    planned: list[str]
    firmly_planned: list[str]
    actual: list[str]
    weakly_actual: list[str]


class _Periods(Strict):
    now: list[str]
    nowadays: list[str]
    starting: list[str]
    changing: list[str]
    changed_to: list[str]
    dealt: list[str]
    every: list[str]
    contrasting: list[str]
    this_year: list[str]
    plan_name: list[str]
    plan_time: list[str]
    change_from: list[str]
    same_time: list[str]
    remaining: list[str]
    level_of_before: list[str]
    until: list[str]
    all_figures: list[str]
    of_data: str
    these_years: str


class _Lists(Strict):
    spread: list[str]
    summed_up: list[str]
    left_out: list[str]


class _Norms(Strict):
    before: list[str]
    behind: list[str]


class _ContextFile(Strict):
    titles: _Titles
    headings: _Headings
    clauses: _Clauses
    periods: _Periods
    lists: _Lists
    norms: _Norms
    comparing: str
    rate_changes: list[str]


@dataclass(frozen=True, slots=True)
class ContextWords:
    """One pattern a list of ``context_words.yaml``; ``starting`` and ``summed_up`` are plain words."""

    title_ahead: re.Pattern[str]
    title_back: re.Pattern[str]
    heading_planned: re.Pattern[str]
    heading_actual: re.Pattern[str]
    heading_closing: re.Pattern[str]
    planned: re.Pattern[str]
    firmly_planned: re.Pattern[str]
    actual: re.Pattern[str]
    weakly_actual: re.Pattern[str]
    now: re.Pattern[str]
    nowadays: tuple[str, ...]
    starting: tuple[str, ...]
    changing: re.Pattern[str]
    changed_to: re.Pattern[str]
    dealt: re.Pattern[str]
    every: re.Pattern[str]
    contrasting: frozenset[str]
    this_year: frozenset[str]
    plan_name: re.Pattern[str]
    plan_time: re.Pattern[str]
    change_from: tuple[str, ...]
    same_time: re.Pattern[str]
    remaining: re.Pattern[str]
    level_of_before: tuple[str, ...]
    until: tuple[str, ...]
    all_figures: re.Pattern[str]
    of_data: re.Pattern[str]
    these_years: re.Pattern[str]
    spread: re.Pattern[str]
    summed_up: tuple[str, ...]
    left_out: tuple[str, ...]
    norm_before: re.Pattern[str]
    norm_behind: re.Pattern[str]
    comparing: re.Pattern[str]
    rate_change: re.Pattern[str]


def _any(words: list[str], before: str = "", behind: str = "") -> re.Pattern[str]:
    try:
        return re.compile(f"{before}(?:{'|'.join(words)}){behind}")
    except re.error as error:
        raise ResourceError(f"pipeline/resources/context_words.yaml: not a pattern: {words}: {error}") from error


@cache
def context_words() -> ContextWords:
    """The compiled lists of ``context_words.yaml``. Raises ResourceError for a typo or an entry that is no pattern."""
    data = load_yaml("context_words.yaml", _ContextFile)
    return ContextWords(
        title_ahead=_any(data.titles.looking_ahead),
        title_back=_any(data.titles.looking_back),
        heading_planned=_any(data.headings.planned),
        heading_actual=_any(data.headings.actual),
        heading_closing=_any(data.headings.closing_planned, behind="$"),
        planned=_any(data.clauses.planned),
        firmly_planned=_any(data.clauses.firmly_planned),
        actual=_any(data.clauses.actual),
        weakly_actual=_any(data.clauses.weakly_actual),
        now=_any(data.periods.now),
        nowadays=tuple(data.periods.nowadays),
        starting=tuple(data.periods.starting),
        changing=_any(data.periods.changing),
        changed_to=_any(data.periods.changed_to),
        dealt=_any(data.periods.dealt),
        every=_any(data.periods.every),
        contrasting=frozenset(data.periods.contrasting),
        plan_name=_any(data.periods.plan_name),
        plan_time=_any(data.periods.plan_time),
        this_year=frozenset(data.periods.this_year),
        change_from=tuple(data.periods.change_from),
        same_time=_any(data.periods.same_time),
        remaining=_any(data.periods.remaining),
        level_of_before=tuple(data.periods.level_of_before),
        until=tuple(data.periods.until),
        all_figures=_any(data.periods.all_figures),
        of_data=re.compile(data.periods.of_data),
        these_years=re.compile(data.periods.these_years),
        spread=_any(data.lists.spread),
        summed_up=tuple(data.lists.summed_up),
        left_out=tuple(data.lists.left_out),
        norm_before=_any(data.norms.before, behind=r"[^，。；\d]{0,6}$"),
        norm_behind=_any(data.norms.behind),
        comparing=_any([data.comparing]),
        rate_change=_any(data.rate_changes, behind="了?(?:约|近|超过?)?$"),
    )
