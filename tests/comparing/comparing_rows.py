"""Facts and choices made by hand, and a database of all samples, for the tests of comparing."""

from __future__ import annotations

import hashlib
import sqlite3
from decimal import Decimal
from pathlib import Path

from pipeline.comparing import Choice, Names, load_names, pick_all
from pipeline.store import StoredFact
from pipeline.store.writer import Store

ZH = {
    "schools": ("学校数", "school"),
    "students": ("在校生数", "person"),
    "teachers": ("专任教师数", "person"),
    "education_expenditure": ("教育经费投入", "yuan"),
    "school_places_added": ("新增学位数", "place"),
    "large_class_share": ("大班额比例", "percent"),
    "large_classes": ("大班额班级数", "class"),
    "enrolment_rate": ("入学率", "percent"),
    "schools_merged": ("撤并学校数", "school"),
    "floor_area_per_student": ("生均校舍建筑面积", "sqm_per_student"),
    "variation_coefficient": ("差异系数", "coefficient"),
}


def made(indicator: str, value: str | int, region: str | None = "350111", **fields: object) -> StoredFact:
    """A stored fact with its id told by what it says."""
    zh, unit = ZH[indicator]
    said = (indicator, str(value), region, *sorted(map(str, fields.items())))
    base = StoredFact(
        id=f"{abs(hash_of(said)):016x}"[:16], source="s" * 16, path="a.txt", report=0, indicator=indicator,
        indicator_zh=zh, value=Decimal(value), value_high=None, unit=unit, measure="level", bound="exact",
        status="actual", period="2023", level=None, sector=None, region=region, region_name=None,
        region_basis="title", region_evidence=(), number=str(value), scope=None, start=0, end=len(str(value)),
        locator=None, sentence=f"{zh}{value}。", confidence=0.9, flags=(), report_title=None,
        report_published="2024-01", damage=0.0,
    )  # fmt: skip
    return base._replace(**fields)


def hash_of(said: tuple[object, ...]) -> int:
    """A number that is the same in every run."""
    return int(hashlib.sha256(repr(said).encode()).hexdigest()[:15], 16)


def chosen(*facts: StoredFact) -> list[Choice]:
    return pick_all(facts)


def names_of(folder: Path) -> Names:
    """The names of a database without any source."""
    path = folder / "names.db"
    with Store(path):
        pass
    connection = sqlite3.connect(path)
    try:
        return load_names(connection)
    finally:
        connection.close()
