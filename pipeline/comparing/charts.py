"""Charts as Vega-Lite: ranked bars, dots against a standard, a heat map, series. Each mark carries its sentence.

The colours are those of the pages of ``countyfacts serve``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.comparing.fonts import FAMILY

if TYPE_CHECKING:
    import altair

PALETTE = {
    "ink": "#1d2530", "quiet": "#566070", "line": "#d5dae1", "mark": "#3f78ad", "meets": "#1c7c43", "misses": "#a1262d",
    "standard": "#7a3d91", "planned": "#8f5f00",
}  # fmt: skip
"""Colours by what they stand for; each has a contrast of 4.5 to white at least, but ``line`` and ``mark``, which are
never text."""
SERIES_COLOURS = ("#3f78ad", "#a1262d", "#1c7c43", "#8f5f00", "#7a3d91", "#2b7a86", "#566070", "#c05a7a")
_HEAT = ("#eef3f8", "#12385f")
_ROW = 22
"""Pixels of a region's row."""
_WIDTH = 560


class Mark(NamedTuple):
    """A value as a chart shows it.

    ``shown`` is the value with its unit, ``link`` where the mark leads to; ``meets`` whether a standard is met;
    ``share`` the percentile that a heat map colours by; ``year`` the place on the axis of a series.
    """

    region: str
    column: str
    value: float
    shown: str
    period: str
    sentence: str
    link: str
    meets: str = ""
    share: float = 0.0
    year: int = 0


class Words(NamedTuple):
    """What a chart says of itself."""

    region: str
    value: str
    period: str
    sentence: str
    standard: str
    meets: tuple[str, str]
    percentile: str
    year: str


ZH = Words("地区", "数值", "时期", "原句", "国家标准", ("达标", "未达标"), "百分位", "年份")
EN = Words("region", "value", "period", "sentence", "national standard", ("meets", "misses"), "percentile", "year")


def ranked_bars(title: str, unit: str, marks: Sequence[Mark], words: Words) -> dict[str, Any]:
    """Regions in the order given, the best first, as bars with their values."""
    import altair as alt  # noqa: PLC0415 - takes a second to import

    base = _base(marks, alt).encode(
        y=alt.Y("region:N", sort=None, title=None),
        x=alt.X("value:Q", title=unit, scale=alt.Scale(zero=True)),
        href="link:N",
        tooltip=_tooltip(words, alt),
    )
    bars = base.mark_bar(color=PALETTE["mark"], cursor="pointer")
    labels = base.mark_text(align="left", dx=4, color=PALETTE["ink"]).encode(text="shown:N")
    return _finished(alt.layer(bars, labels), title, len(marks), alt)


def dots_against_standard(
    title: str, unit: str, marks: Sequence[Mark], threshold: float, name: str, words: Words
) -> dict[str, Any]:
    """Regions as dots, told apart by colour and shape, and the national standard as a line with its name."""
    import altair as alt  # noqa: PLC0415 - as above

    meets = alt.Scale(domain=list(words.meets), range=[PALETTE["meets"], PALETTE["misses"]])
    shapes = alt.Scale(domain=list(words.meets), range=["circle", "diamond"])
    dots = _base(marks, alt).mark_point(filled=True, size=90, opacity=1, cursor="pointer").encode(
        y=alt.Y("region:N", sort=None, title=None),
        x=alt.X("value:Q", title=unit, scale=alt.Scale(zero=False, nice=True)),
        color=alt.Color("meets:N", scale=meets, title=None),
        shape=alt.Shape("meets:N", scale=shapes, title=None),
        href="link:N",
        tooltip=_tooltip(words, alt),
    )  # fmt: skip
    line = alt.Chart({"values": [{"value": threshold, "name": name}]})
    rule = line.mark_rule(color=PALETTE["standard"], strokeDash=[5, 3], size=2).encode(x="value:Q", tooltip="name:N")
    text = line.mark_text(align="left", baseline="bottom", dx=4, dy=-4, color=PALETTE["standard"]).encode(
        x="value:Q", y=alt.value(0), text="name:N"
    )
    return _finished(alt.layer(rule, dots, text), title, len(marks), alt)


def heat_map(title: str, marks: Sequence[Mark], words: Words) -> dict[str, Any]:
    """Regions down, indicators across; the darker, the better a region stands among those shown. No value, no cell."""
    import altair as alt  # noqa: PLC0415 - as above

    colour = alt.Color(
        "share:Q", title=words.percentile, scale=alt.Scale(domain=[0, 100], range=list(_HEAT)),
        legend=alt.Legend(orient="top", gradientLength=200),
    )  # fmt: skip
    cells = _base(marks, alt).mark_rect(stroke="white", strokeWidth=2, cursor="pointer").encode(
        y=alt.Y("region:N", sort=None, title=None),
        x=alt.X("column:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=-45, labelLimit=260)),
        color=colour,
        href="link:N",
        tooltip=_tooltip(words, alt, column=True),
    )  # fmt: skip
    regions, columns = len({mark.region for mark in marks}), len({mark.column for mark in marks})
    return _finished(cells, title, regions, alt, width=max(240, 34 * columns))


def series_lines(title: str, unit: str, marks: Sequence[Mark], words: Words) -> dict[str, Any]:
    """A line a region over the years."""
    import altair as alt  # noqa: PLC0415 - as above

    names = list(dict.fromkeys(mark.region for mark in marks))
    colours = [SERIES_COLOURS[n % len(SERIES_COLOURS)] for n in range(len(names))]
    years = sorted({mark.year for mark in marks})
    base = _base(marks, alt).encode(
        x=alt.X(
            "year:Q", title=words.year, axis=alt.Axis(format="d", values=years), scale=alt.Scale(zero=False, padding=12)
        ),
        y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False, nice=True)),
        color=alt.Color("region:N", scale=alt.Scale(domain=names, range=colours), title=words.region),
    )
    points = base.mark_point(filled=True, size=70, opacity=1, cursor="pointer").encode(
        shape=alt.Shape("region:N", scale=alt.Scale(domain=names), title=words.region),
        href="link:N",
        tooltip=_tooltip(words, alt),
    )
    return _finished(alt.layer(base.mark_line(), points), title, 12, alt)


def _base(marks: Sequence[Mark], alt: Any) -> altair.Chart:  # noqa: ANN401 - the module
    chart: altair.Chart = alt.Chart({"values": [mark._asdict() for mark in marks]})
    return chart


def _tooltip(words: Words, alt: Any, *, column: bool = False) -> list[Any]:  # noqa: ANN401 - the module
    fields = [("region", words.region), ("shown", words.value), ("period", words.period), ("sentence", words.sentence)]
    if column:
        fields.insert(1, ("column", "·"))
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in fields]


def _finished(chart: Any, title: str, rows: int, alt: Any, *, width: int = _WIDTH) -> dict[str, Any]:  # noqa: ANN401
    text = {"labelFont": FAMILY, "titleFont": FAMILY, "labelColor": PALETTE["ink"], "titleColor": PALETTE["quiet"]}
    chart = chart.properties(
        title=alt.TitleParams(title, anchor="start"), width=width, height=max(3, rows) * _ROW
    )  # fmt: skip
    chart = chart.configure(font=FAMILY, background="#ffffff").configure_axis(
        **text, labelLimit=240, gridColor=PALETTE["line"], domainColor=PALETTE["quiet"], tickColor=PALETTE["quiet"]
    )
    chart = chart.configure_title(font=FAMILY, color=PALETTE["ink"], fontWeight="normal", fontSize=15)
    chart = chart.configure_legend(**text, labelLimit=240).configure_view(stroke=None)
    specification: dict[str, Any] = chart.to_dict()
    return specification
