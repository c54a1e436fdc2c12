"""Options that several commands share."""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from pipeline.store.queries import Filters

FACTS_DB = Path("outputs/facts.db")
SAMPLES_DB = Path("outputs/samples.db")
CORRECTIONS = Path("corpora/corrections.yaml")


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class PeersWithin(StrEnum):
    """Where the peers of a region lie."""

    PREFECTURE = "prefecture"
    PROVINCE = "province"


class Lang(StrEnum):
    """The language of names of data."""

    ZH = "zh"
    EN = "en"


Db = Annotated[Path | None, typer.Option("--db", help="The database. [default: outputs/facts.db]", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print.")]
LangOption = Annotated[
    Lang, typer.Option("--lang", help="Names of data in Chinese with the code beside it, or codes alone.")
]
Processes = Annotated[
    int | None,
    typer.Option("--processes", min=1, help="Processes to use; the result is the same. [default: the cores there are]",
                 show_default=False),
]  # fmt: skip
Seconds = Annotated[
    int | None,
    typer.Option("--seconds", min=1, help="How long one file may take before it is given up. [default: 300; 1800 for "
                 "PDF files and pictures where OCR is installed]", show_default=False),
]  # fmt: skip
Manifest = Annotated[
    Path | None,
    typer.Option("--manifest", help="A text file with a path a line, read as if they were given.", exists=True,
                 dir_okay=False, show_default=False),
]  # fmt: skip
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", help="Read on the workers of a Dask scheduler (tcp://HOST:8786); docs/scale.md.",
                 show_default=False),
]  # fmt: skip
ParquetFolder = Annotated[
    Path | None,
    typer.Option("--parquet", help="A folder of Parquet files by province and year, in place of the database.",
                 show_default=False),
]  # fmt: skip
Strict = Annotated[bool, typer.Option("--strict", help="Exit with status 1 where a source was refused.")]
RegionOption = Annotated[
    str | None,
    typer.Option("--region", help="The region the files are about, where you know it: adcode or name.",
                 show_default=False),
]  # fmt: skip


CorrectionsOption = Annotated[
    Path, typer.Option("--corrections", help="The file with what people decided about facts (countyfacts review).")
]


def _use_catalogue(path: Path | None) -> Path | None:
    if path is not None:
        from pipeline.own import OWN_CATALOGUE  # noqa: PLC0415
        from pipeline.resources.catalogue import load_catalogue  # noqa: PLC0415

        os.environ[OWN_CATALOGUE] = str(path.resolve())
        load_catalogue()  # what is wrong with it is said before anything is read
    return path


CatalogueOption = Annotated[
    Path | None,
    typer.Option("--catalogue", help="Indicators of your own (YAML), added to ours; see docs/catalogue.md.",
                 envvar="COUNTYFACTS_CATALOGUE", exists=True, dir_okay=False, callback=_use_catalogue,
                 show_default=False, show_envvar=False),
]  # fmt: skip


def _is_there(path: Path) -> bool:
    """Whether there is such a file or folder, or a file for ``archive.zip!/inner/file.txt`` to stand in."""
    if path.exists() or path.is_symlink():
        return True
    from pipeline.engines.members import outer_path  # noqa: PLC0415

    return outer_path(path) is not None


def _existing(path: Path) -> Path:
    if not _is_there(path):
        raise typer.BadParameter(f"File '{path}' does not exist.")
    if path.is_dir():
        raise typer.BadParameter(f"File '{path}' is a directory.")
    return path


def existing_paths(paths: list[Path] | None) -> list[Path] | None:
    """The paths as they were typed, where there is something at each. Raises BadParameter."""
    for path in paths or ():
        if not _is_there(path):
            raise typer.BadParameter(f"Path '{path}' does not exist.")
    return paths


ReadableFile = Annotated[
    Path,
    typer.Argument(callback=_existing, help="The file; one in an archive: archive.zip!/folder/file.docx",
                   show_default=False),
]  # fmt: skip

Regions = Annotated[
    list[str] | None,
    typer.Option("--region", "-r", help="Name or adcode; a province or city means all in it; none: region unknown. "
                 "May be repeated.", show_default=False),
]  # fmt: skip
Indicators = Annotated[
    list[str] | None,
    typer.Option("--indicator", "-i", help="Code or Chinese name; may be repeated. List: countyfacts indicators",
                 show_default=False),
]  # fmt: skip
Levels = Annotated[
    list[str] | None, typer.Option("--level", "-l", help="School level; may be repeated.", show_default=False)
]
Periods = Annotated[
    list[str] | None,
    typer.Option("--period", "-p", help="Facts within it: 2023, 2023-09, 2016/2020, 2021/.. or none; may be repeated.",
                 show_default=False),
]  # fmt: skip
StatusOption = Annotated[str | None, typer.Option("--status", "-s", help="actual or planned.", show_default=False)]
Measure = Annotated[str | None, typer.Option("--measure", help="level, growth or change.", show_default=False)]
MinConfidence = Annotated[
    float | None, typer.Option("--min-confidence", min=0, max=1, help="Surer facts only.", show_default=False)
]
Province = Annotated[
    list[str] | None, typer.Option("--province", help="All regions of a province; may be repeated.", show_default=False)
]
RegionList = Annotated[
    str | None,
    typer.Option("--regions", help="Names or adcodes between commas, or a text file with one a line.",
                 show_default=False),
]  # fmt: skip
Peers = Annotated[
    list[str] | None,
    typer.Option("--peers", help="A region and those of its level in the same prefecture; may be repeated.",
                 show_default=False),
]  # fmt: skip
Within = Annotated[
    PeersWithin, typer.Option("--peers-within", help="Where peers lie: the same prefecture or the same province.")
]
RegionLevel = Annotated[
    str | None,
    typer.Option("--region-level", help="Regions of one level only: county, prefecture or province.",
                 show_default=False),
]  # fmt: skip

_Result = TypeVar("_Result")


def _filter_options(
    region: Regions = None, province: Province = None, regions: RegionList = None, peers: Peers = None,
    peers_within: Within = PeersWithin.PREFECTURE, region_level: RegionLevel = None, indicator: Indicators = None,
    level: Levels = None, period: Periods = None, status: StatusOption = None, measure: Measure = None,
    min_confidence: MinConfidence = None,
) -> Filters:  # fmt: skip
    """What the filter options ask for. Raises UsageError."""
    from pipeline.store.queries import Filters  # noqa: PLC0415

    return Filters(
        regions=(*(region or ()), *(province or ()), *_listed(regions)),
        indicators=tuple(indicator or ()), levels=tuple(level or ()), periods=tuple(period or ()), status=status,
        measure=measure, min_confidence=min_confidence, peers=tuple(peers or ()), peers_within=peers_within.value,
        region_level=region_level,
    )  # fmt: skip


def takes_filters(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give a command the filter options: it gets what they ask for as its first argument, ``filters``."""
    options = _parameters(_filter_options)
    own = _parameters(command)[1:]

    @wraps(command)
    def run(**given: Any) -> _Result:  # noqa: ANN401 - whatever the command's options are
        chosen = {option.name: given.pop(option.name) for option in options}
        return command(_filter_options(**chosen), **given)

    parameters = [*options, *own]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    """The parameters of a function with their annotations as objects, which typer wants."""
    space = {**function.__globals__, "Filters": object}
    annotations = inspect.get_annotations(function, globals=space, eval_str=True)
    parameters = inspect.signature(function).parameters.values()
    return [parameter.replace(annotation=annotations[parameter.name]) for parameter in parameters]


def _listed(regions: str | None) -> tuple[str, ...]:
    if regions is None:
        return ()
    path = Path(regions)
    text = _list_in(path) if path.suffix and path.is_file() else regions
    return tuple(name for name in re.split(r"[,，、;；\s]+", text) if name)


def _list_in(path: Path) -> str:
    """The text of a file, in whatever encoding spreadsheets save lists. Raises Refused."""
    from pipeline.reading.decoding import decode  # noqa: PLC0415 - most calls name no file

    return decode(path.read_bytes(), str(path)).text


def chosen_db(db: Path | None) -> Path:
    """The database asked for, else the user's, else that of the samples where only that is there (and says so)."""
    if db is not None:
        return db
    if not FACTS_DB.exists() and SAMPLES_DB.exists():
        print(f"{FACTS_DB} isn't there yet: this is {SAMPLES_DB}, whose figures are invented", file=sys.stderr)
        return SAMPLES_DB
    return FACTS_DB


def region_code(name: str | None) -> str | None:
    """The adcode of a region the user named. Raises UsageError."""
    if name is None:
        return None
    from pipeline.errors import UsageError  # noqa: PLC0415
    from pipeline.places import load_gazetteer  # noqa: PLC0415
    from pipeline.store.names import suggestion  # noqa: PLC0415

    gazetteer = load_gazetteer()
    found = gazetteer.find(name)
    if len(found) == 1:
        return found[0].adcode
    if found:
        choices = ", ".join(f"{gazetteer.full_name(region.adcode)} {region.adcode}" for region in found[:6])
        raise UsageError(f"--region {name}: several regions are called so; give the code: {choices}")
    near = suggestion(name, [region.name for region in gazetteer.regions.values()])
    raise UsageError(f"--region {name}: no such region; {near}give a name such as 晋安区 or a six-digit code")
