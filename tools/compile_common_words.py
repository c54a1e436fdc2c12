"""Write pipeline/resources/common_words.txt: the commoner words of jieba's dictionary, two to four characters long.

Cleaning asks this list whether a word stands where a character may have been misread; jieba's own dictionary takes over
a second to load. Run ``.venv/bin/python tools/compile_common_words.py`` after an update of jieba.
"""

import re
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).parents[1] / "pipeline/resources/common_words.txt"
FEWEST = 50
"""Words counted less often in jieba's corpus are mostly names and old books."""
NO_WORDS = {"人学"}
"""Entries that come from wrong cuts of longer words (个人学习)."""
HEAD = """\
# Words of two to four characters counted 50 times or more in jieba's dictionary (MIT licence), by code point;
# compiled by tools/compile_common_words.py.
"""


def main() -> None:
    """Compile the list."""
    rows = re.findall(r"^([\u4e00-\u9fff]{2,4}) (\d+) ", files("jieba").joinpath("dict.txt").read_text("utf-8"), re.M)
    words = sorted({word for word, count in rows if int(count) >= FEWEST} - NO_WORDS)
    lines = (" ".join(words[at : at + 30]) for at in range(0, len(words), 30))
    TARGET.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
