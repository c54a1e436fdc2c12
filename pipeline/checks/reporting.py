"""Sums that don't come out as flags, one on each number that takes part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.checks.members import Member, Mend, find_mends
from pipeline.checks.words import make_flag
from pipeline.model import CleanText, Flag

_MOST_TOLD = 6


def flags_of_sum(
    clean: CleanText, total: Member, parts: Sequence[Member], mends: Sequence[Mend] | None = None, code: str = "sum"
) -> Iterator[Flag]:
    """A flag for each number of a sum, on the facts made of it; on the number itself where none was made.

    ``mends`` are the digits that would make it come out where more is known of them than the sum alone tells.
    """
    members = (total, *parts)
    told = find_mends(total, parts) if mends is None else list(mends)
    data = _evidence(clean, total, parts, told)
    facts = [fact for member in members for fact in member.use.fact_ids]
    for member in members:
        span = (member.use.start, member.use.end)
        for fact in member.use.fact_ids or (None,):
            yield make_flag(code, fact, span, data, tuple(other for other in facts if other != fact))


def _evidence(clean: CleanText, total: Member, parts: Sequence[Member], mends: Sequence[Mend]) -> dict[str, str]:
    members = (total, *parts)
    came = sum((part.value for part in parts), Decimal(0))
    data = {
        "total": total.use.number,
        "parts": " + ".join(part.use.number for part in parts),
        "sum": plain(came),
        "difference": plain(abs(came - total.value)),
    }
    if mends:
        first = mends[0]
        member = members[first.member]
        figure = member.use.figure
        at = (figure.start if figure is not None else 0) + member.at + first.at
        start, end = clean.mapped.span(at, at + len(first.digit))
        data |= {
            "number": member.digits, "mended": first.mended, "digit_start": str(start), "digit_end": str(end),
            "digit": first.digit,
            "mends": "、".join(f"{members[m.member].digits}→{m.mended}" for m in mends[:_MOST_TOLD]),
            "mend_count": str(len(mends)),
        }  # fmt: skip
    return data


def plain(value: Decimal) -> str:
    """A decimal as it is written in words: every digit, no exponent, no zeros behind the last."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
