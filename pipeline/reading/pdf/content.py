"""The drawing of a page to the characters and straight lines on it, as they are seen.

What can't be seen is left out: text off the page, text in white on nothing, text drawn invisibly (unless a picture of
the page lies over it: so scanners lay the text they read under the scan). A character drawn twice in the same place
(how some writers print bold) is there once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians, sin
from statistics import median
from typing import Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFType3Font, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import stream_value
from pdfminer.utils import Matrix, apply_matrix_pt, mult_matrix

from pipeline.errors import Refused
from pipeline.limits import MAX_PAGE_DRAWING, MAX_PAGE_FORMS, MAX_PAGE_GLYPHS, MAX_PAGE_PATHS, MAX_PAGE_RULES
from pipeline.reading.pdf.faces import is_heavy
from pipeline.reading.pdf.page import Glyph, PageContent, Rule

_INVISIBLE = (3, 7)
"""Text rendering modes that draw nothing (ISO 32000-1, table 106)."""

_WHITE = 0.98
_COVERS = 0.5
"""A picture over half of a page is a scan of it."""

_THIN = 2.5
"""A filled box no thicker than this, in points, is a line."""

_SHORTEST = 4.0
_STRAIGHT = 0.7
_ASKEW = 10.0
_TWICE = 0.2
"""Two equal characters nearer than this, in sizes, are one that is drawn twice. No narrower character is printed."""


_SHOWN = re.compile(rb"\([^()]*\)|<[0-9A-Fa-f\s]+>")
"""A string in the drawing of a page: two to four bytes a Chinese character, twice as many in hexadecimal digits."""


class HeavyPage(Exception):
    """A page draws so many lines that to follow them would take minutes: a map or a plan."""


class _Drawn(NamedTuple):
    """A character as it was drawn: origin and the vector the pen moved by, in page coordinates."""

    text: str
    x: float
    y: float
    dx: float
    dy: float
    size: float
    heavy: bool
    white: bool
    hidden: bool


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class _Device(PDFTextDevice):
    """Collects what a page draws."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager)
        self.drawn: list[_Drawn] = []
        self.rules: list[tuple[float, float, float, float]] = []
        self.coloured: list[_Box] = []
        self.pictures: list[_Box] = []
        self._forms: list[Matrix | None] = []
        self.drawing = 0
        self._calls = self._paths = 0
        self._mode = 0

    def begin_figure(self, name: str, bbox: object, matrix: object) -> None:
        self._calls += 1
        if self._calls > MAX_PAGE_FORMS:
            raise Refused("too_large", f"a page draws more than {MAX_PAGE_FORMS} parts")
        self._forms.append(self.ctm)

    def end_figure(self, name: str) -> None:
        if self._forms:
            self.ctm = self._forms.pop()

    def render_image(self, name: str, stream: object) -> None:
        self.pictures.append(self._box(((0, 0), (1, 0), (1, 1), (0, 1))))

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:  # noqa: ANN401
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self, matrix: Matrix, font: PDFFont, fontsize: float, scaling: float, rise: float, cid: int,
        ncs: object, graphicstate: Any,  # noqa: ANN401
    ) -> float:  # fmt: skip
        if len(self.drawn) >= MAX_PAGE_GLYPHS:
            raise Refused("too_large", f"a page has more than {MAX_PAGE_GLYPHS} characters")
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = "\ufffd"
        width: float = font.char_width(cid) * fontsize * scaling
        a, b, c, d, x, y = matrix
        size = hypot(c, d) * abs(fontsize)
        if isinstance(font, PDFType3Font):
            size *= abs(font.vscale) * abs(font.bbox[3] - font.bbox[1] or 1000)
        x, y = x + c * rise, y + d * rise
        if font.is_vertical():
            dx, dy, moved = -c * fontsize, -d * fontsize, -fontsize
        else:
            dx, dy, moved = a * width, b * width, width
        white = _is_white(graphicstate.ncolor)
        self.drawn.append(_Drawn(text, x, y, dx, dy, size, is_heavy(font.fontname), white, self._mode in _INVISIBLE))
        return moved

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Sequence[Any]],  # noqa: ANN401
    ) -> None:  # fmt: skip
        self._paths += 1
        if self._paths > MAX_PAGE_PATHS:
            raise HeavyPage
        fill = fill and not _is_white(graphicstate.ncolor)
        stroke = stroke and not _is_white(graphicstate.scolor)
        if not (fill or stroke) or len(self.rules) > MAX_PAGE_RULES:
            return
        for corners in _outlines(path):
            points = [apply_matrix_pt(self.ctm or (1, 0, 0, 1, 0, 0), corner) for corner in corners]
            if fill and len(points) >= 4:
                self._fill(_around(points))
            if stroke:
                self.rules += [(*one, *two) for one, two in pairwise(points)]

    def _fill(self, box: _Box) -> None:
        wide, high = box.right - box.left, box.bottom - box.top
        if high <= _THIN < wide:
            middle = (box.top + box.bottom) / 2
            self.rules.append((box.left, middle, box.right, middle))
        elif wide <= _THIN < high:
            middle = (box.left + box.right) / 2
            self.rules.append((middle, box.top, middle, box.bottom))
        elif wide > _THIN:
            self.coloured.append(box)

    def _box(self, corners: Iterable[tuple[float, float]]) -> _Box:
        return _around([apply_matrix_pt(self.ctm or (1, 0, 0, 1, 0, 0), corner) for corner in corners])


class _Interpreter(PDFPageInterpreter):
    """Follows the drawing of a page, parts that are drawn again included, as far as it is no map."""

    def execute(self, streams: Sequence[object]) -> None:
        """Follow the operators of streams.

        Parts that are drawn after too many others are passed over. Raises HeavyPage, and Refused where even the text
        of the page alone is too much.
        """
        if isinstance(self.device, _Device):
            parts = [stream_value(stream).get_data() for stream in streams]
            self.device.drawing += sum(map(len, parts))
            nested = bool(self.parent_stream_ids)
            if nested and self.device.drawing > 4 * MAX_PAGE_DRAWING:
                return
            if not nested and self.device.drawing > MAX_PAGE_DRAWING:
                if sum(len(shown) for part in parts for shown in _SHOWN.findall(part)) > 4 * MAX_PAGE_GLYPHS:
                    raise Refused("too_large", f"a page has more than {MAX_PAGE_GLYPHS} characters")
                raise HeavyPage
        super().execute(streams)


def _around(points: Sequence[tuple[float, float]]) -> _Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Box(min(xs), min(ys), max(xs), max(ys))


def _outlines(path: Sequence[Sequence[Any]]) -> Iterable[list[tuple[float, float]]]:
    """The corners of each part of a path that is made of straight lines alone."""
    corners: list[tuple[float, float]] = []
    for step in path:
        kind = step[0]
        if kind == "m":
            if len(corners) > 1:
                yield corners
            corners = [(step[1], step[2])]
        elif kind == "l":
            corners.append((step[1], step[2]))
        elif kind == "h":
            if corners:
                corners.append(corners[0])
        else:
            if len(corners) > 1:
                yield corners
            corners = []
    if len(corners) > 1:
        yield corners


def _is_white(colour: object) -> bool:
    """Whether a colour of one part (grey), three (RGB) or four (CMYK) is white."""
    if isinstance(colour, (int, float)):
        return colour >= _WHITE
    if not isinstance(colour, (tuple, list)) or not all(isinstance(part, (int, float)) for part in colour):
        return False
    parts = tuple(colour)
    if len(parts) == 4:
        return all(part <= 1 - _WHITE for part in parts)
    return len(parts) in (1, 3) and all(part >= _WHITE for part in parts)


def page_content(page: PDFPage, number: int, manager: PDFResourceManager) -> PageContent:
    """The characters and lines of a page, turned so that most of its text is upright.

    ``manager`` keeps the fonts that pages share. Raises Refused where the page breaks a limit, HeavyPage where it is
    to be read otherwise, and what pdfminer raises where it breaks the rules of the format.
    """
    device = _Device(manager)
    box = _Box(*_corners(page))
    width, height = box.right - box.left, box.bottom - box.top
    turn = _upright(page.rotate, box)
    _Interpreter(manager, device).render_contents(page.resources, page.contents, ctm=turn)
    if page.rotate in (90, 270):
        width, height = height, width
    return _seen(device, number, width, height)


def _corners(page: PDFPage) -> tuple[float, float, float, float]:
    """The visible part of a page: its crop box, as far as it lies on the page."""
    media, crop = page.mediabox, page.cropbox
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def _upright(rotate: int, box: _Box) -> Matrix:
    """The matrix from the space of the file to that of the page as it is seen, ``y`` downwards."""
    left, bottom, right, top = box
    return {
        90: (0, 1, 1, 0, -bottom, -left),
        180: (-1, 0, 0, 1, right, -bottom),
        270: (0, -1, -1, 0, top, right),
    }.get(rotate, (1, 0, 0, -1, -left, top))


def _seen(device: _Device, number: int, width: float, height: float) -> PageContent:
    pictured = max(((box.right - box.left) * (box.bottom - box.top) for box in device.pictures), default=0.0)
    pictured = min(1.0, pictured / (width * height)) if width * height > 0 else 0.0
    backgrounds = [*device.coloured, *device.pictures]
    page = _Box(0, 0, width, height)
    drawn = [
        one
        for one in device.drawn
        if page.holds(one.x + one.dx / 2, one.y + one.dy / 2)
        and (
            pictured >= _COVERS if one.hidden else not one.white or any(b.holds(one.x, one.y - 1) for b in backgrounds)
        )
    ]
    angle = _angle(drawn)
    turn, width, height = _turn(angle, width, height)
    glyphs, astray = _glyphs(drawn, angle, turn)
    rules = _rules(device.rules, turn)
    return PageContent(number, width, height, glyphs, rules, astray, pictured)


def _angle(drawn: Sequence[_Drawn]) -> float:
    """The direction of most text in degrees, clockwise: 0, 90, 180 or 270, and what the page is askew by."""
    inked = [one for one in drawn if one.text.strip() and (one.dx or one.dy)]
    quarters = [round(degrees(atan2(one.dy, one.dx)) / 90) % 4 for one in inked]
    if not quarters:
        return 0.0
    most = max(range(4), key=quarters.count)
    if quarters.count(most) <= 0.5 * len(quarters):
        most = 0
    off = [
        (degrees(atan2(one.dy, one.dx)) - 90 * most + 180) % 360 - 180
        for one, quarter in zip(inked, quarters, strict=True)
        if quarter == most
    ]
    lean = median(off) if off else 0.0
    return 90.0 * most + (lean if 0.05 < abs(lean) < 5 else 0.0)


def _turn(angle: float, width: float, height: float) -> tuple[Matrix, float, float]:
    """The matrix that turns a page back by an angle, and the size it has then."""
    quarter = round(angle / 90) % 4
    back = radians(-angle)
    turn = (cos(back), sin(back), -sin(back), cos(back), 0.0, 0.0)
    if quarter in (1, 3):
        turn = mult_matrix(turn, (1, 0, 0, 1, *((0, width) if quarter == 1 else (height, 0))))
        return turn, height, width
    return mult_matrix(turn, (1, 0, 0, 1, *((width, height) if quarter == 2 else (0, 0)))), width, height


def _glyphs(drawn: Sequence[_Drawn], angle: float, turn: Matrix) -> tuple[tuple[Glyph, ...], tuple[str, ...]]:
    """The upright characters, each once, and the texts that stand otherwise."""
    glyphs: list[Glyph] = []
    astray: list[list[str]] = []
    last: _Drawn | None = None
    known: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
    for one in drawn:
        if _is_twice(one, known):
            continue
        off = (degrees(atan2(one.dy, one.dx)) - angle + 180) % 360 - 180
        if abs(off) > _ASKEW and (one.dx or one.dy):
            if (
                last is None
                or abs(last.size - one.size) > 0.1
                or hypot(one.x - last.x, one.y - last.y) > 2.5 * one.size
            ):
                astray.append([])
            astray[-1].append(one.text)
            last = one
            continue
        x, y = apply_matrix_pt(turn, (one.x, one.y))
        glyphs.append(Glyph(one.text, x, x + hypot(one.dx, one.dy), y, one.size or 1.0, one.heavy))
    return tuple(glyphs), tuple("".join(parts) for parts in astray)


def _is_twice(one: _Drawn, known: dict[tuple[str, int, int], list[tuple[float, float]]]) -> bool:
    """Whether the same character stands in the same place already; it is known from now on."""
    if not one.text.strip():
        return False
    near = _TWICE * one.size
    column, row = int(one.x // 4), int(one.y // 4)
    reach = range(-1 - int(near // 4), 2 + int(near // 4))
    for over in reach:
        for down in reach:
            for x, y in known.get((one.text, column + over, row + down), ()):
                if abs(x - one.x) < near and abs(y - one.y) < near:
                    return True
    known.setdefault((one.text, column, row), []).append((one.x, one.y))
    return False


def _rules(lines: Sequence[tuple[float, float, float, float]], turn: Matrix) -> tuple[Rule, ...]:
    rules = []
    for line in lines:
        x, y = apply_matrix_pt(turn, line[:2])
        other_x, other_y = apply_matrix_pt(turn, line[2:])
        wide, high = abs(other_x - x), abs(other_y - y)
        if wide >= _SHORTEST and high <= _STRAIGHT:
            rules.append(Rule(True, (y + other_y) / 2, min(x, other_x), max(x, other_x)))
        elif high >= _SHORTEST and wide <= _STRAIGHT:
            rules.append(Rule(False, (x + other_x) / 2, min(y, other_y), max(y, other_y)))
    return tuple(rules)
