"""Scraping: reports from the web as files, each with a note on where it came from."""

from pipeline.scraping.job import WEB, Column, Fate, Job, Manners, Outcome, Summary, terms_of
from pipeline.scraping.running import CrawlFailed, addresses_in, scrape
from pipeline.scraping.watching import Watch, load_watch

__all__ = [
    "WEB",
    "Column",
    "CrawlFailed",
    "Fate",
    "Job",
    "Manners",
    "Outcome",
    "Summary",
    "Watch",
    "addresses_in",
    "load_watch",
    "scrape",
    "terms_of",
]
