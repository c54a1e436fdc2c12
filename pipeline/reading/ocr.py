"""Pictures of pages to the characters on them, by RapidOCR (the extra ``ocr``), offline with the models it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from math import radians, tan
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

from pipeline.errors import Refused
from pipeline.limits import MAX_OCR_PAGES, MAX_PICTURE_PIXELS
from pipeline.reading.pdf.page import BELOW, Glyph, PageContent, Rule

_SIDE = 1280
"""Lines are looked for in the picture at this length of its longer side, in pixels; more costs time and finds no more
in a page of print. They are read at full size."""

_DOUBTED = 0.8
"""Characters that the model is less sure of are doubtful. Of digits it misreads most are below, of others few."""

_MOST_SKEW, _SKEW_STEP = 2.5, 0.1
"""In degrees. A feeder of sheets turns them by up to two."""

_DARK = 140
_SAME_SIZE = 0.25
_INK = 0.92
"""The share of the height of a found line that its characters are sized; the rest is margin."""

_LONG_LINE = 30.0
"""Dark stretches as long as this, in points, are lines of a table; no stroke of a character is."""

_A4_WIDTH = 8.27
_LEAST_DPI = 50


class Reading(NamedTuple):
    """A page read from a picture, and how sure the model is of each of its lines, 0 to 1."""

    content: PageContent
    confidences: tuple[float, ...]


def pictures_of(data: bytes) -> Iterator[tuple[Image.Image, float]]:
    """The pages of a picture file (several in a TIFF) and their dots per inch.

    Raises Refused: ``damaged``, ``too_large``.
    """
    try:
        with Image.open(BytesIO(data)) as file:
            if file.width * file.height > MAX_PICTURE_PIXELS:
                raise Refused("too_large", f"has more than {MAX_PICTURE_PIXELS // 10**6} million pixels; scale it down")
            for frame in ImageSequence.Iterator(file):
                page = ImageOps.exif_transpose(frame).convert("RGB")
                dpi = float(file.info.get("dpi", (0, 0))[0])
                yield page, dpi if dpi >= _LEAST_DPI else page.width / _A4_WIDTH
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refused("damaged", "is no whole picture; save or download it again") from error


def read_pictures(pictures: Iterator[tuple[int, Image.Image, float]]) -> Iterator[Reading]:
    """The characters and lines on pictures of pages, each with its number and dots per inch.

    A page askew by up to two degrees is turned back first. Raises Refused (``too_large``).
    """
    for count, (number, picture, dpi) in enumerate(pictures):
        if count == MAX_OCR_PAGES:
            raise Refused("too_large", f"has more than {MAX_OCR_PAGES} scanned pages; split it")
        yield _read(number, picture, dpi)


@cache
def _engine() -> Any:  # noqa: ANN401
    """The engine with the models in its own package; it is given their paths, so that it fetches none."""
    import rapidocr  # noqa: PLC0415 - it takes seconds, and a text PDF has no need of it

    folder = Path(rapidocr.__file__).parent / "models"
    found = {task: sorted(folder.glob(f"*{task}*.onnx")) for task in ("det", "rec")}
    if not all(found.values()):
        raise Refused("unsupported", "is a scan, and the installed RapidOCR brings no models; use rapidocr 3.2 to 3.x")
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": 6000,
            "Det.limit_type": "max",
            "Det.limit_side_len": _SIDE,
            "Det.model_path": str(found["det"][-1]),
            "Rec.model_path": str(found["rec"][-1]),
        }
    )


def _read(number: int, picture: Image.Image, dpi: float) -> Reading:
    angle = skew(numpy.asarray(picture.convert("L")))
    if angle:
        picture = picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    pixels = numpy.asarray(picture)
    result = _engine()(pixels[:, :, ::-1], use_cls=False, return_word_box=True, return_single_char_box=True)
    scale = 72 / dpi
    lines = [] if result.txts is None else list(zip(result.txts, result.scores, result.word_results, result.boxes,
                                                    strict=False))  # fmt: skip
    heights = [float(box[3][1] - box[0][1] + box[2][1] - box[1][1]) / 2 * scale for *_, box in lines]
    usual = median(heights) if heights else 1.0
    glyphs: list[Glyph] = []
    for (text, _, words, box), height in zip(lines, heights, strict=True):
        size = _INK * (usual if abs(height - usual) <= _SAME_SIZE * usual else height)
        baseline = (float(box[2][1] + box[3][1]) / 2) * scale - BELOW * size
        glyphs += _glyphs(text, words, box, scale, size, baseline)
    gray = numpy.asarray(picture.convert("L"))
    content = PageContent(
        number, picture.width * scale, picture.height * scale, tuple(glyphs), tuple(_rules(gray, scale)), (), 1.0
    )
    return Reading(content, tuple(float(score) for _, score, _, _ in lines))


def _glyphs(
    text: str, words: Sequence[Any], box: Any, scale: float, size: float, baseline: float  # noqa: ANN401
) -> Iterator[Glyph]:  # fmt: skip
    """The characters of a line in their places; where the model gives no places they are spread over it evenly."""
    characters = [character for character in text if not character.isspace()]
    found = [word for word in words if word and str(word[0]).strip()]
    places: list[tuple[float, float, float]]
    if len(found) == len(characters):
        places = [
            (min(p[0] for p in word[2]) * scale, max(p[0] for p in word[2]) * scale, float(word[1])) for word in found
        ]
    else:
        left, right = float(box[0][0]) * scale, float(box[1][0]) * scale
        step = (right - left) / max(1, len(characters))
        places = [(left + at * step, left + (at + 1) * step, 1.0) for at in range(len(characters))]
    at = 0
    for character in text:
        if character.isspace():
            if 0 < at < len(places):
                yield Glyph(" ", places[at - 1][1], max(places[at][0], places[at - 1][1]), baseline, size)
            continue
        left, right, score = places[at]
        at += 1
        spaced = at < len(places) and places[at][0] - right < size
        yield Glyph(character, left, max(right, places[at][0]) if spaced else right, baseline, size, False,
                    score < _DOUBTED)  # fmt: skip


def skew(gray: NDArray[Any]) -> float:
    """By how many degrees a page is turned clockwise (it is to be turned back by as much); 0 where it stands straight.

    ``gray``: a picture in grey, dark on light. The lines of text are sharpest, added up along them, at its angle.
    """
    step = max(1, max(gray.shape) // 1000)
    ys, xs = numpy.nonzero(gray[::step, ::step] < _DARK)
    if len(ys) < 200:
        return 0.0

    def sharpness(angle: float) -> float:
        rows = numpy.rint(ys - xs * tan(radians(angle))).astype(int)
        sums = numpy.bincount(rows - rows.min())
        return float(((sums[1:] - sums[:-1]).astype(float) ** 2).sum())

    count = round(_MOST_SKEW / _SKEW_STEP)
    angles = [at * _SKEW_STEP for at in range(-count, count + 1)]
    best = max(angles, key=lambda angle: (sharpness(angle), -abs(angle)))
    return round(best, 2) if abs(best) > _SKEW_STEP and sharpness(best) > 1.02 * sharpness(0.0) else 0.0


def _rules(gray: NDArray[Any], scale: float) -> Iterator[Rule]:
    """The straight lines along and down a page."""
    dark = gray < _DARK
    length = max(2, int(_LONG_LINE / scale))
    for along, pixels in ((True, dark), (False, dark.T)):
        for at, start, end in _stretches(pixels, length):
            yield Rule(along, at * scale, start * scale, end * scale)


def _stretches(dark: NDArray[Any], length: int) -> Iterator[tuple[int, int, int]]:
    """The rows that are dark for ``length`` or more, and from where to where."""
    if dark.shape[1] <= length:
        return
    near = dark.copy()
    near[1:] |= dark[:-1]
    near[:-1] |= dark[1:]
    sums = numpy.cumsum(near, axis=1, dtype=numpy.int32)
    full = (sums[:, length:] - sums[:, :-length]) >= 0.97 * length
    for row in numpy.nonzero(full.any(axis=1))[0]:
        if not dark[row].any():
            continue
        edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], full[row].astype(numpy.int8), [0]))))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            yield int(row), int(start) + 1, int(end) + length
