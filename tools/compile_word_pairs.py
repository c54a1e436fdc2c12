"""Write pipeline/resources/word_pairs.csv: how often characters stand in words, begin and end them.

Counted over jieba's dictionary (MIT licence), each word as often as jieba counted it. Structure asks this table whether
characters on either side of a cut belong together. Run ``.venv/bin/python tools/compile_word_pairs.py`` after an update
of jieba.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

TARGET = Path(__file__).parents[1] / "pipeline/resources/word_pairs.csv"
FEWEST, FEWEST_PAIRS = 200, 100
"""Characters and pairs counted less often are left out."""


def main() -> None:
    """Compile the table."""
    rows = re.findall(r"^([\u4e00-\u9fff]+) (\d+) ", files("jieba").joinpath("dict.txt").read_text("utf-8"), re.M)
    single: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, times in ((word, int(times)) for word, times in rows):
        begins[word[0]] += times
        ends[word[-1]] += times
        for character in word:
            single[character] += times
        for one, other in pairwise(word):
            pairs[one][other] += times
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("character", "count", "begins", "ends", "followers"))
    for one in sorted(character for character, times in single.items() if times >= FEWEST):
        kept = sorted((-times, other) for other, times in pairs[one].items() if times >= FEWEST_PAIRS)
        followers = " ".join(f"{other}{-times}" for times, other in kept)
        writer.writerow((one, single[one], begins[one], ends[one], followers))
    TARGET.write_text(out.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
