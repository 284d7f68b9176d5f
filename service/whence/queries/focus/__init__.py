"""What is around one thing, small enough to be looked at: cards, folds and the edges between them, and counts of everything.

picture    two walks become one graph of what is drawn: no content nodes, commits and environments only when asked for
keeping    best-first by distance, so many a side, and what never folds away
folding    the rest in folds and badges, and what of it was opened
drawing    the edges between cards and folds
chips      what is written on cards instead of being one
"""

from whence.queries.focus.asking import focus

__all__ = ["focus"]
