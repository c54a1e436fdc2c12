"""Run one extractor over pages: ``python extract.py NAME < pages.json > texts.json``, in the extractor's own environment.

Standard input is a JSON list of pages (strings), standard output ``{"texts": [...], "seconds": ...}``: the main text of
each, and the time of the fastest of seven runs over all, imports aside.
"""

import json
import sys
import time


def trafilatura():
    import trafilatura

    return lambda page: trafilatura.extract(page, include_comments=False, include_tables=True) or ""


def readability():
    from lxml.html import fromstring
    from readability import Document

    def run(page):
        tree = fromstring(Document(page).summary())
        for block in tree.iter("p", "div", "br", "tr", "li", "h1", "h2", "h3", "section", "dd"):
            block.tail = "\n" + (block.tail or "")
        return tree.text_content()

    return run


def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: extract_plain_text(page, main_content=True)


def gne():
    from gne import GeneralNewsExtractor

    return lambda page: GeneralNewsExtractor().extract(page)["content"]


def justext():
    from justext import justext as paragraphs

    # a Chinese text has no blanks to part words, so that the stop list of any language leaves the same
    return lambda page: "\n".join(
        p.text for p in paragraphs(page, frozenset(), length_low=20, length_high=60, stopwords_low=0, stopwords_high=0)
        if not p.is_boilerplate
    )  # fmt: skip


TOOLS = {
    "trafilatura": trafilatura,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "gne": gne,
    "justext": justext,
}


def guarded(run, page):
    try:
        return run(page) or ""
    except Exception as error:  # a tool that fails on a page has no text of it
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return ""


def main():
    pages = json.load(sys.stdin)
    run = TOOLS[sys.argv[1]]()
    best = float("inf")
    for _ in range(7):
        start = time.process_time()
        texts = [guarded(run, page) for page in pages]
        best = min(best, time.process_time() - start)
    json.dump({"texts": texts, "seconds": best}, sys.stdout)


if __name__ == "__main__":
    main()
