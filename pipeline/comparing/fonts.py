"""The font of charts: bundled, so that Chinese shows on machines without a Chinese font."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILY = "Countyfacts Sans"
"""The family name of the bundled font (``pipeline/resources/fonts``, made by ``tools/make_chart_font.py``)."""


def font_file() -> Path:
    """The bundled font."""
    return Path(str(files("pipeline.resources").joinpath("fonts/CountyfactsSans-Regular.otf")))


@cache
def register() -> None:
    """Let the renderer of charts know the bundled font."""
    import vl_convert  # noqa: PLC0415 - large, and only for who draws

    vl_convert.register_font_directory(str(font_file().parent))


def font_face(texts: Iterable[str]) -> str:
    """A CSS rule that carries the bundled font, cut down to the characters of the texts, in itself."""
    from fontTools import subset  # noqa: PLC0415 - only for who draws
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    options.flavor = "woff"
    options.hinting = False
    options.notdef_outline = True
    font = TTFont(font_file(), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(set("".join(texts)))))
    cutter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return f"@font-face{{font-family:'{FAMILY}';src:url(data:font/woff;base64,{data}) format('woff')}}"
