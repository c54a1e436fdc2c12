"""Make the font of the charts: Noto Sans CJK SC, cut down to the characters that charts of counties need.

    python tools/make_chart_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Needs fonttools. The font comes with Debian's package fonts-noto-cjk (SIL Open Font License 1.1; the licence stands
beside the font). Kept are ASCII, the characters of GB 2312 and those of all names and labels in pipeline/resources
(region names, indicators, units), and some signs; hinting and all layout features but kerning and composition go.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

FAMILY = "Countyfacts Sans"
ROOT = Path(__file__).parents[1]
TARGET = ROOT / "pipeline/resources/fonts/CountyfactsSans-Regular.otf"
_SIGNS = "·—–…‘’“”、。《》〈〉「」『』【】（）！，：；？％￥〔〕≤≥×÷±→←↑↓°²³㎡§①②③④⑤⑥⑦⑧⑨⑩　"


def characters() -> set[int]:
    """The code points that are kept."""
    wanted = set(range(0x20, 0x7F)) | {ord(sign) for sign in _SIGNS}
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            try:
                wanted.add(ord(bytes((lead, trail)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    for name in ("regions.csv", "labels.yaml", "catalogue.yaml", "derived.yaml", "standards.yaml", "themes.yaml"):
        wanted |= {ord(char) for char in (ROOT / "pipeline/resources" / name).read_text(encoding="utf-8")}
    return wanted


def main(collection: Path) -> None:
    """Cut the Simplified Chinese face of a collection down and write it under a name of its own.

    The licence lets a changed font not bear the reserved name Source; Noto is not reserved, but a cut-down font under
    the name of the whole would hide an installed one.
    """
    fonts = TTCollection(collection).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options()
    options.layout_features = ["kern", "ccmp"]
    options.hinting = False
    options.desubroutinize = False
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GSUB", "GPOS"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for record in font["name"].names:
        renamed = {1: FAMILY, 3: f"{FAMILY} subset", 4: FAMILY, 6: FAMILY.replace(" ", "") + "-Regular"}
        if record.nameID in renamed:
            record.string = renamed[record.nameID]
    top = font["CFF "].cff
    top.fontNames[0] = FAMILY.replace(" ", "") + "-Regular"
    top[0].FullName, top[0].FamilyName = FAMILY, FAMILY
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes, {len(font.getGlyphOrder()):,} glyphs")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
