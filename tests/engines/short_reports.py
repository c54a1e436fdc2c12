"""Short reports for tests that need many of them."""

import sqlite3
from pathlib import Path

COUNTIES = ("谯城区", "晋安区", "城固县", "互助土族自治县", "敖汉旗", "沂水县")
PROVINCES = {"安徽省": "340000", "福建省": "350000", "陕西省": "610000"}


def write_reports(folder: Path, count: int, *, first: int = 0) -> None:
    """Write reports of different counties, years and figures."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        county, year = COUNTIES[number % len(COUNTIES)], 2019 + number % 3
        text = (
            f"{county}教育局{year}年工作总结\n{year}年12月20日\n"
            f"　　一年来，全区新建改扩建学校{3 + number}所，新增学位{1000 + 7 * number}个，投入资金{200 + number}万元。\n"
            f"　　全年招聘教师{40 + number}人，小学学龄儿童入学率达到99.{number % 10}%，较上年提高0.{1 + number % 9}个百分点。\n"
        )
        (folder / f"{number:04d}.txt").write_text(text, encoding="utf-8")


def all_rows(db: Path, *, ordered: bool = True) -> dict[str, list[tuple]]:
    """All rows of a database but for times; without ``ordered`` the numbers of paragraphs don't count either."""
    connection = sqlite3.connect(db)
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'paragraph_words%'"
    names = [name for (name,) in connection.execute(query) if name not in ("runs", "_sqlite_migrations")]
    found = {}
    for name in names:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        left_out = {"size", "modified", "checked"} | (set() if ordered or name != "paragraphs" else {"id"})
        shown = ", ".join(f'"{column}"' for column in columns if column not in left_out)
        rows = connection.execute(f"SELECT {shown} FROM {name}").fetchall()
        found[name] = rows if ordered else sorted(rows, key=repr)
    connection.close()
    return found
