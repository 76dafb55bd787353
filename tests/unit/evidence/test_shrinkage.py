"""How far agents truly differ, and what is left of each after shrinking."""

from __future__ import annotations

import numpy as np
import pytest

from rolefit.evidence.shrinkage import Spread, shrink, spread_of


def test_spread_is_recovered_and_covers() -> None:
    rng = np.random.default_rng(7)
    noise = rng.uniform(0.1, 3.0, 4_000)
    true = rng.normal(0, 1.5, 4_000)
    group = np.arange(4_000) % 4
    value = true + 10.0 * group + rng.normal(size=4_000) * np.sqrt(noise)
    spread = spread_of(value, noise, group, 4)
    assert spread.tau2 == pytest.approx(2.25, rel=0.08)
    effect, reliability = shrink(value, noise, spread, group)
    se = np.sqrt(1 - reliability)
    covered = np.abs(effect - true / 1.5) < 1.645 * se
    assert 0.88 < covered.mean() < 0.92


def test_pure_noise_has_no_spread() -> None:
    rng = np.random.default_rng(8)
    value = rng.normal(size=200) * 0.5
    spread = spread_of(value, np.ones(200), np.zeros(200, int), 1)
    effect, reliability = shrink(value, np.ones(200), spread, np.zeros(200, int))
    assert spread.tau2 == 0.0
    assert not effect.any()
    assert not reliability.any()


def test_somebody_alone_in_a_group_is_told_nothing() -> None:
    spread = Spread(1.0, np.array([5.0]), np.array([1 / 1.5]))
    effect, reliability = shrink(np.array([5.0]), np.array([0.5]), spread, np.array([0]))
    assert effect[0] == 0.0
    assert reliability[0] == pytest.approx(0.0, abs=1e-12)
