"""Inputs made by chance: none ends the program, takes longer than it may, or breaks a promise.

``make test`` tries some hundred, ``make long-fuzz`` a hundred thousand (COUNTYFACTS_FUZZ); other ones with
COUNTYFACTS_SEED. What is found is printed with its number, and kept in ``FOUND`` or ``tests/fuzz/corpus``.
"""

import os

import pytest

from pipeline.engines.spreading import default_processes
from tests.fuzz.running import WEIGHTS, campaign, run

COUNT = int(os.environ.get("COUNTYFACTS_FUZZ", "400"))
FIRST = int(os.environ.get("COUNTYFACTS_SEED", "0"))

FOUND: list[tuple[str, int]] = []
"""Inputs that broke something once."""


@pytest.mark.parametrize(("target", "number"), FOUND)
def test_what_was_found_once(target, number):
    run(target, number)


def test_inputs_made_by_chance():
    read = refused = 0
    found = []
    for outcome in campaign(FIRST, COUNT, default_processes()):
        read, refused = read + outcome.read, refused + outcome.refused
        found += outcome.found
        for target, number, what in outcome.found:
            print(f"{target} {number}: {what}", flush=True)
    print(f"inputs from number {FIRST}: {read} read, {refused} refused, {len(found)} found")
    assert not found, "\n".join(f"{target} {number}: {what}" for target, number, what in found[:10])
    assert read > COUNT // 5
    assert refused > COUNT // 50
    assert read + refused >= COUNT - len(WEIGHTS)
