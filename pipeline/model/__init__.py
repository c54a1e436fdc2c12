"""The records that flow from stage to stage.

Every record is frozen. Spans are half-open ranges of Unicode code points. Two texts have spans:

* the *text layer*: the characters of a source as a reader would see them, never edited;
* the *clean text*: noise dropped and damage mended, derived from the layer with a map back
  (:class:`pipeline.mapped.Mapped`).

A field named ``layer_start``/``layer_end`` counts in the text layer, plain ``start``/``end`` in the clean text,
except in :class:`Block`, :class:`Edit`, :class:`Fact` and :class:`Flag`, which speak of the text layer alone.
"""

from pipeline.model.documents import (
    Block,
    BlockKind,
    Cell,
    CleanText,
    Edit,
    Paragraph,
    Report,
    Source,
    TextLayer,
)
from pipeline.model.facts import (
    Extraction,
    Fact,
    Flag,
    Link,
    NumberUse,
    Severity,
    fact_id,
)
from pipeline.model.figures import (
    Bound,
    Figure,
    Level,
    Measure,
    NumberClass,
    Period,
    Sector,
    Status,
    year_spoken_of,
)
from pipeline.model.places import (
    Place,
    Region,
    RegionBasis,
    RegionReading,
    RegionZone,
)

__all__ = [
    "Block",
    "BlockKind",
    "Bound",
    "Cell",
    "CleanText",
    "Edit",
    "Extraction",
    "Fact",
    "Figure",
    "Flag",
    "Level",
    "Link",
    "Measure",
    "NumberClass",
    "NumberUse",
    "Paragraph",
    "Period",
    "Place",
    "Region",
    "RegionBasis",
    "RegionReading",
    "RegionZone",
    "Report",
    "Sector",
    "Severity",
    "Source",
    "Status",
    "TextLayer",
    "fact_id",
    "year_spoken_of",
]
