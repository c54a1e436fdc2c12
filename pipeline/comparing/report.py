"""The report: one page with charts and the sentences behind every mark, that opens without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from pipeline.comparing.charts import PALETTE
from pipeline.comparing.comparison import choose
from pipeline.comparing.fonts import FAMILY, font_face, register
from pipeline.comparing.gallery import Drawn, draw
from pipeline.comparing.names import Names
from pipeline.comparing.tables import shown_value
from pipeline.errors import StoreError, UsageError
from pipeline.store import Filters, StoredFact

_PNG_SCALE = 2.0
_EXPORT = "window.vegaEmbed = vegaEmbed;"
_START = """
for (const place of document.querySelectorAll('.chart')) {
  const specification = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  vegaEmbed(place, specification, {actions: false, ast: true, renderer: 'svg', loader: {target: '_self'}});
}
"""
"""``ast``: expressions are interpreted and not compiled, so that the page's policy needs no eval."""


class ReportDone(NamedTuple):
    """What was written: how many charts of how many values about how many regions, and the image files."""

    charts: int
    values: int
    regions: int
    images: tuple[Path, ...]


def write_report(
    db: Path, filters: Filters, out: Path, *, title: str | None = None, images: Path | None = None,
    image_format: str = "svg", server: str | None = None, lang: str = "zh",
) -> ReportDone:  # fmt: skip
    """Write the report of the facts that pass the filters; also each chart as ``image_format`` into ``images``.

    What was achieved is charted, unless the filters ask for what is planned. With ``server``, the address of
    ``countyfacts serve``, the number of every fact leads to its page there. The same database and options give the same
    bytes. Raises StoreError, UsageError.
    """
    choices, names = choose(db, filters._replace(status=filters.status or "actual", whole=True))
    drawn = draw(choices, names, lambda fact: f"#fact-{fact.id}", lang)
    if not drawn:
        raise StoreError(f"{db}: no indicator is told of two regions in one period there; widen the filters")
    heading = title or ("County education figures compared" if lang == "en" else "县域教育数据比较")
    page = render(heading, _subtitle(db, filters, choices_count=len(choices)), drawn, names, server=server, lang=lang)
    _write(out, page.encode())
    facts = {fact.id: fact for chart in drawn for fact in chart.facts}
    written = tuple(
        _image(images / f"{chart.name}.{image_format}", chart, image_format) for chart in (drawn if images else ())
    ) if images else ()  # fmt: skip
    return ReportDone(len(drawn), len(facts), len({fact.region for fact in facts.values()}), written)


def _subtitle(db: Path, filters: Filters, *, choices_count: int) -> str:
    asked = [*filters.regions, *filters.peers, *filters.indicators, *filters.levels, *filters.periods]
    narrowed = f" · {' '.join(asked)}" if asked else ""
    return f"{db.name}{narrowed} · {choices_count}"


def render(
    title: str, subtitle: str, drawn: Sequence[Drawn], names: Names, *, server: str | None = None, lang: str = "zh"
) -> str:
    """The page as HTML. Whatever comes from a source or the user is escaped; nothing is loaded from anywhere."""
    import vl_convert  # noqa: PLC0415 - large, and only for who draws

    library = vl_convert.javascript_bundle(_EXPORT).replace("</script", "<\\/script")
    sources = "\n".join(_source(fact, names, server, lang) for fact in _facts(drawn))
    charts = "\n".join(_figure(chart, number, lang) for number, chart in enumerate(drawn))
    face = font_face([title, subtitle, sources, *(json.dumps(c.specification, ensure_ascii=False) for c in drawn)])
    style = face + _STYLE
    policy = (
        f"default-src 'none'; font-src data:; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {_hash(library)} {_hash(_START)}"
    )
    words = _WORDS[lang]
    return f"""<!doctype html>
<html lang="{"en" if lang == "en" else "zh-CN"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Countyfacts">
<title>{html.escape(title)}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{html.escape(title)}</h1><p>{html.escape(subtitle)} {words["values"]}</p><p>{words["how"]}</p></header>
<main>
{charts}
<section id="sources"><h2>{words["sources"]}</h2>
<ol>
{sources}
</ol></section>
</main>
<script>{library}</script>
<script>{_START}</script>
</body>
</html>
"""


_WORDS = {
    "zh": {
        "sources": "原句",
        "values": "个数值",
        "how": "点按图中的任一标记，可到文末它的原句；空白处表示没有数值，不是零。",
        "to_sources": "原句见文末",
        "show": "在数据库中查看",
    },
    "en": {
        "sources": "Sentences",
        "values": "values",
        "how": "Each mark leads to its sentence at the end of the page. An empty place is a value that isn't there, "
        "never a zero.",
        "to_sources": "sentences at the end",
        "show": "see it in the database",
    },
}


def _figure(chart: Drawn, number: int, lang: str) -> str:
    """A chart and its specification as data; ``<`` is written so that no text in it can end the element."""
    own = {key: value for key, value in chart.specification.items() if key != "title"}  # the page has it above
    data = json.dumps(own, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    listed = "".join(f'<a href="#fact-{fact.id}">{index}</a> ' for index, fact in enumerate(chart.facts, 1))
    return (
        f'<section><h2>{html.escape(chart.title)}</h2><div class="scroll"><div class="chart" data-chart='
        f'"chart-{number}" role="img" aria-label="{html.escape(chart.title)}"></div></div>'
        f"<details><summary>{_WORDS[lang]['to_sources']}</summary><p>{listed}</p></details>"
        f'<script type="application/json" id="chart-{number}">{data}</script></section>'
    )


def _facts(drawn: Sequence[Drawn]) -> list[StoredFact]:
    return list({fact.id: fact for chart in drawn for fact in chart.facts}.values())


def _source(fact: StoredFact, names: Names, server: str | None, lang: str) -> str:
    """A fact with its sentence, the number marked in it where it stands there as it is written."""
    labels = names.labels
    indicator = fact.indicator if lang == "en" else fact.indicator_zh
    unit = fact.value_unit if lang == "en" else labels.word("unit", fact.value_unit)
    head = " · ".join(
        part
        for part in (
            names.region(fact.region), indicator, labels.word("level", fact.level, lang),
            f"{shown_value(fact)} {unit}", fact.period,
        )
        if part
    )  # fmt: skip
    sentence, number = html.escape(fact.sentence), html.escape(fact.number)
    marked = sentence.replace(number, f"<mark>{number}</mark>", 1)
    link = ""
    if server:
        address = html.escape(f"{server.rstrip('/')}/fact/{quote(fact.id)}")
        link = f' <a href="{address}" rel="noreferrer">{_WORDS[lang]["show"]}</a>'
    return (
        f'<li id="fact-{fact.id}" tabindex="-1"><b>{html.escape(head)}</b><q>{marked}</q>'
        f"<cite>{html.escape(fact.path)} · {fact.id}</cite>{link}</li>"
    )


def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _image(path: Path, chart: Drawn, image_format: str) -> Path:
    """A chart as a picture whose Chinese shows everywhere: drawn, or with the characters it needs inside."""
    register()
    import vl_convert  # noqa: PLC0415 - as above

    specification: dict[str, Any] = _without_links(chart.specification)
    if image_format == "png":
        _write(path, vl_convert.vegalite_to_png(specification, scale=_PNG_SCALE))
        return path
    picture: str = vl_convert.vegalite_to_svg(specification)
    start = picture.index(">") + 1
    face = f"<style>{font_face([picture])}</style>"
    _write(path, f"{picture[:start]}{face}{picture[start:]}".encode())
    return path


def _without_links(specification: dict[str, Any]) -> dict[str, Any]:
    """The same chart for a picture, which has no page around it for its marks to lead to."""

    def cleaned(part: object) -> object:
        if isinstance(part, dict):
            return {key: cleaned(value) for key, value in part.items() if key not in ("href", "tooltip")}
        return [cleaned(value) for value in part] if isinstance(part, list) else part

    found = cleaned(specification)
    return found if isinstance(found, dict) else specification


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror or error}; choose another file") from error


_STYLE = f"""
body{{margin:0 auto;max-width:70rem;padding:1rem;font:16px/1.6 '{FAMILY}',system-ui,sans-serif;color:{PALETTE["ink"]}}}
h1{{font-size:1.6rem;font-weight:600}}h2{{font-size:1.1rem;font-weight:600;margin-top:2.5rem}}
header p,cite{{color:{PALETTE["quiet"]}}}.scroll{{overflow-x:auto}}section{{border-top:1px solid {PALETTE["line"]}}}
li{{margin:.6rem 0;scroll-margin-top:1rem}}li:target{{background:#fff7cc;outline:2px solid {PALETTE["planned"]}}}
q{{display:block;quotes:none;overflow-wrap:anywhere}}mark{{background:#ffe04d}}cite{{font-style:normal;font-size:.85rem}}
a{{color:#0b57a4}}details p{{line-height:2}}
@media print{{details{{display:none}}}}
"""
