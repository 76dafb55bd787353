"""Several at a time: results in order, and the first failure in order of the items."""

import time

import pytest

from rolefit.evidence.side_by_side import side_by_side


def test_results_are_in_order_of_the_items_however_long_each_takes():
    def slow_first(item):
        time.sleep(0.02 if item == 0 else 0.0)
        return item * 10

    assert side_by_side(slow_first, range(5)) == [0, 10, 20, 30, 40]


def test_the_first_failure_in_order_is_told():
    def fail(item):
        time.sleep(0.02 if item == 1 else 0.0)
        raise ValueError(str(item))

    with pytest.raises(ValueError, match=r"^1$"):
        side_by_side(fail, [1, 2])
