"""Run another tool over texts: ``python others.py jionlp < texts.json``, in the tool's own environment.

Standard input is a JSON list of texts, standard output ``{"seconds": ...}``: the processor time of the faster of two
runs over all, imports and a first text aside.
"""

import json
import sys
import time


def jionlp():
    from contextlib import redirect_stdout

    with redirect_stdout(sys.stderr):  # it greets
        import jionlp as jio

    def run(text):
        for line in text.splitlines():
            jio.ner.extract_money(line)
            jio.ner.extract_time(line)

    return run


def main():
    texts = json.load(sys.stdin)
    run = {"jionlp": jionlp}[sys.argv[1]]()
    run(texts[0])
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        for text in texts:
            run(text)
        best = min(best, time.process_time() - start)
    json.dump({"seconds": best}, sys.stdout)


if __name__ == "__main__":
    main()
