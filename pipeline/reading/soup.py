"""The markup of a page to its tree."""

from __future__ import annotations

from collections.abc import Mapping

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder


def parse_markup(html: str) -> BeautifulSoup:
    """The tree of a page. The values of its attributes are strings, those of ``class`` too."""
    markup = html.replace("\x00", "\ufffd")
    return BeautifulSoup(markup, builder=_PageBuilder, multi_valued_attributes=None, attribute_dict_class=dict)


class _PageBuilder(LXMLTreeBuilder):
    """Builds the tree from what lxml's parser of HTML reports.

    That parser knows of no namespaces (``<o:p>`` is an element of that name), so nothing is kept for them; it takes a
    quarter of the time of a tree.
    """

    def start(self, tag: str, attrs: Mapping[str, str], nsmap: object = None) -> None:
        """An element begins."""
        self.soup.handle_starttag(tag, None, None, dict(attrs))

    def end(self, name: str) -> None:
        """An element ends."""
        self.soup.handle_endtag(name, None)
