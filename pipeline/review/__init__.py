"""Review: what is worth a look, what people decide about it, samples to measure precision by, citations.

The functions are those of the command line and of the browser pages alike.
"""

from pipeline.review.citing import Citation, cite
from pipeline.review.deciding import Draft, add, decide, last_decision, print_of, signer, undo
from pipeline.review.queue import Item, review_queue
from pipeline.review.sampling import BANDS, Answer, Estimate, draw_sample, estimate, read_answers

__all__ = [
    "BANDS",
    "Answer",
    "Citation",
    "Draft",
    "Estimate",
    "Item",
    "add",
    "cite",
    "decide",
    "draw_sample",
    "estimate",
    "last_decision",
    "print_of",
    "read_answers",
    "review_queue",
    "signer",
    "undo",
]
