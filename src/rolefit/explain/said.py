"""A column of sentences that builds each distinct sentence once, however many agents hear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.schema.arrays import Bools, Ints

NOTHING = -1
READERS = ("agent", "leader")


@dataclass(frozen=True, order=True)
class Line:
    """One sentence with the same facts for two readers: the agent, and the agent's leader."""

    agent: str
    leader: str

    @classmethod
    def same(cls, text: str) -> Line:
        """One text for both."""
        return cls(text, text)

    def to(self, reader: str) -> str:
        """What one of the READERS hears."""
        return self.agent if reader == "agent" else self.leader


@dataclass(frozen=True)
class Said:
    """One sentence, or nothing, for each of n places."""

    index: Ints
    """Position in `sentences`; -1 = nothing is said."""
    sentences: tuple[Line, ...]

    @property
    def anything(self) -> Bools:
        """Where something is said."""
        return self.index != NOTHING

    def words(self, reader: str) -> Ints:
        """Number of words that a reader hears at each place."""
        counts = [len(line.to(reader).split()) for line in self.sentences]
        return np.array([*counts, 0], np.int64)[self.index]

    def where(self, keep: Bools) -> Said:
        """The same, silent elsewhere."""
        return Said(np.where(keep, self.index, NOTHING), self.sentences)

    def at(self, place: Ints) -> Said:
        """What is said at some places; -1 = nothing."""
        index = np.append(self.index, NOTHING)[place]
        return Said(index, self.sentences)

    def column(self, reader: str) -> pa.StringArray:
        """As Arrow text to a reader, null where nothing is said."""
        known = pa.array([*(line.to(reader) for line in self.sentences), None], pa.string())
        last = len(self.sentences)
        return known.take(pa.array(np.where(self.anything, self.index, last)))


def say(sentence: Callable[..., Line], where: Bools, *parts: Ints) -> Said:
    """Says one sentence per distinct combination of codes.

    Args:
        sentence: builds the line from one code of each of `parts`.
        where: places at which something is said, shape (n,).
        parts: codes of -1 and up, each of shape (n,).

    Returns:
        Said over n places.

    Example:
        >>> both = np.array([True, True])
        >>> said = say(lambda k: Line(f"You are {k}.", f"They are {k}."), both, np.array([1, 1]))
        >>> said.sentences
        (Line(agent='You are 1.', leader='They are 1.'),)
    """
    index = np.full(len(where), NOTHING, np.int64)
    if not where.any():
        return Said(index, ())
    codes = [part[where] + 1 for part in parts]
    shape = tuple(int(code.max()) + 1 for code in codes)
    distinct, found = np.unique(np.ravel_multi_index(codes, shape), return_inverse=True)
    index[where] = found
    patterns = np.stack(np.unravel_index(distinct, shape), axis=1) - 1
    return Said(index, tuple(sentence(*map(int, pattern)) for pattern in patterns))


def say_one(sentence: Line, where: Bools) -> Said:
    """Says the same sentence at some places."""
    return Said(np.where(where, 0, NOTHING), (sentence,))


def first_said(*options: Said) -> Said:
    """At each place the first option that says anything."""
    index, start = np.full(len(options[0].index), NOTHING, np.int64), 0
    for option in options:
        take = (index == NOTHING) & option.anything
        index[take] = option.index[take] + start
        start += len(option.sentences)
    return Said(index, tuple(text for option in options for text in option.sentences))


def joined(columns: Sequence[pa.StringArray], separator: str) -> pa.StringArray:
    """What is said at each place, one part after the other; null where nothing is.

    Args:
        columns: in reading order, each over n places.
        separator: stands between two parts.
    """
    # Arrow drops a row whose parts are all null, so every row opens with an empty part.
    opening = pa.array([""] * len(columns[0]), pa.string())
    between = pa.scalar(separator, pa.string())
    text = pc.binary_join_element_wise(opening, *columns, between, null_handling="skip")
    text = pc.utf8_slice_codeunits(text, start=len(separator))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
