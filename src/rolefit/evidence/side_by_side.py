"""The same work on several items at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT_A_TIME = 2
"""Each item needs memory of its own, so few are in the works together, whatever the machine."""

Item = TypeVar("Item")
Found = TypeVar("Found")


def side_by_side(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """What the work makes of every item, in order of the items.

    Arrays are worked on outside the interpreter's lock, so threads share the machine's cores. What
    an item becomes depends on that item alone: the number of threads changes no byte.

    Args:
        work: a function of its argument; it writes to nothing that another call reads.
        items: metrics, for example.

    Raises:
        Exception: the first one, in order of the items, that the work raised.

    Example:
        >>> side_by_side(len, ["handling", "", "calls"])
        [8, 0, 5]
    """
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        return list(threads.map(work, items))
