"""Poisson-lognormal counts: exact posteriors, honest widths, and nothing lost by doing more."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import norm, poisson

from rolefit.evidence.propensity import (
    EXPECTED,
    SPREADS,
    Rate,
    estimate,
    fit_rate,
    posterior,
    reliability_table,
)

NORMAL_90 = 1.6448536


def taught(spread: float, rate: float = 0.5, dispersion: float = 1.0) -> Rate:
    return Rate(rate, spread, dispersion, tuple(reliability_table(spread)), 10_000)


@pytest.mark.parametrize("spread", [0.1, 0.6, 1.5])
@pytest.mark.parametrize(("k", "expected"), [(0, 0.01), (0, 30.0), (3, 0.5), (3, 8.0), (90, 40.0)])
def test_the_posterior_is_the_integral(k: int, expected: float, spread: float) -> None:
    def moment(power: int) -> float:
        def height(t: float) -> float:
            return t**power * poisson.pmf(k, expected * np.exp(spread * t)) * norm.pdf(t)

        return integrate.quad(height, -9, 9, limit=400, epsabs=0, epsrel=1e-11)[0]

    total, mean, square = (moment(power) for power in range(3))
    found, variance = posterior(np.array([float(k)]), np.array([expected]), spread)
    assert found[0] == pytest.approx(mean / total, abs=2e-5)
    assert variance[0] == pytest.approx(square / total - (mean / total) ** 2, abs=2e-5)


def test_more_of_a_good_thing_never_counts_for_less() -> None:
    exposure = np.repeat([0.05, 0.5, 5.0, 50.0], 40)
    value, reliability = estimate(np.tile(np.arange(40.0), 4), exposure, taught(0.6, 0.8))
    assert (np.diff(value.reshape(4, 40), axis=1) > 0).all()
    assert (np.ptp(reliability.reshape(4, 40), axis=1) == 0).all()
    assert (np.diff(reliability.reshape(4, 40)[:, 0]) > 0).all()


def test_more_opportunity_with_the_same_count_never_counts_for_more() -> None:
    exposure = np.logspace(-2, 3, 60)
    for k in (0.0, 1.0, 7.5, 400.0):
        value, _ = estimate(np.full(60, k), exposure, taught(0.6))
        assert (np.diff(value) < 0).all()


@pytest.mark.parametrize("spread", [0.05, 0.6, 2.0])
def test_the_reliability_is_what_simulated_people_show(spread: float) -> None:
    rng = np.random.default_rng(1)
    table = reliability_table(spread)
    assert (np.diff(table) >= 0).all()
    assert 0 < table[0] < table[-1] < 1
    for place in (18, 24, 30):
        t = rng.normal(size=40_000)
        k = rng.poisson(EXPECTED[place] * np.exp(spread * t)).astype(float)
        mean, _ = posterior(k, np.full(len(k), EXPECTED[place]), spread)
        assert 1 - ((mean - t) ** 2).mean() == pytest.approx(table[place], abs=0.02)


@pytest.mark.parametrize("spread", [0.3, 0.6, 1.2])
@pytest.mark.parametrize("lump", [1.0, 3.0])
def test_rate_and_spread_are_recovered(spread: float, lump: float) -> None:
    rng = np.random.default_rng(2)
    exposure = rng.uniform(2.0, 24.0, 20_000)
    t = rng.normal(size=20_000)
    k = lump * rng.poisson(2.0 * exposure * np.exp(spread * t) / lump)
    found = fit_rate(k, exposure, lump)
    assert found.rate == pytest.approx(2.0, rel=0.03)
    assert found.spread == pytest.approx(spread, rel=0.04)


def test_the_interval_covers_the_inclination() -> None:
    rng = np.random.default_rng(3)
    t, exposure = rng.normal(size=5_000), rng.choice([1.0, 12.0], 5_000)
    k = rng.poisson(0.5 * exposure * np.exp(0.6 * t)).astype(float)
    value, reliability = estimate(k, exposure, fit_rate(k, exposure, 1.0))
    assert 0.88 < (np.abs(value - t) < NORMAL_90 * np.sqrt(1 - reliability)).mean() < 0.92


def test_few_agents_do_not_make_an_extreme_spread() -> None:
    for counts in ([0.0, 0.0, 0.0, 0.0, 1.0], [3.0] * 5):
        found = fit_rate(np.array(counts), np.full(5, 12.0), 1.0)
        assert 0.2 < found.spread < 0.8
    apart = fit_rate(np.array([0.0, 0.0, 0.0, 0.0, 600.0]), np.full(5, 12.0), 1.0)
    assert apart.spread <= SPREADS[1]


def test_the_order_of_agents_and_the_sharing_of_totals_do_not_matter() -> None:
    rng = np.random.default_rng(4)
    k, exposure = rng.poisson(6.0, 3_000).astype(float), rng.choice([3.5, 12.0], 3_000)
    found, order = fit_rate(k, exposure, 1.3), rng.permutation(3_000)
    assert fit_rate(k[order], exposure[order], 1.3) == found
    together, _ = estimate(k, exposure, found)
    alone = [estimate(k[[i]], exposure[[i]], found)[0][0] for i in range(20)]
    assert np.abs(together[:20] - alone).max() < 1e-12
