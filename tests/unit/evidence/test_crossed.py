"""The mixed-model solver against the same model written out in dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import block_diag

from rolefit.errors import ConfigError
from rolefit.evidence.cells import Rows, add_up, one_hot, sort_order
from rolefit.evidence.crossed import solve_random, spread
from rolefit.evidence.inside import MOST_COLUMNS
from rolefit.evidence.many_raters import crossed_moments, solve_many
from rolefit.evidence.within import solve_within

AGENTS, CLIENTS, CHANNELS = 30, 6, 3
WIDTH = 1 + CLIENTS + CHANNELS
GROUPS = np.array([-1, *[0] * CLIENTS, *[1] * CHANNELS])


def centre(seed: int, rows: int = 240) -> Rows:
    """Rows of agents on clients and channels, with true effects of each."""
    rng = np.random.default_rng(seed)
    agent = rng.integers(0, AGENTS, rows)
    client, channel = rng.integers(0, CLIENTS, rows), rng.integers(0, CHANNELS, rows)
    effects = [rng.normal(0, s, n) for s, n in ((1.0, AGENTS), (0.7, CLIENTS), (0.4, CHANNELS))]
    w = rng.uniform(0.3, 3.0, rows)
    y = 2.0 + effects[0][agent] + effects[1][client] + effects[2][channel]
    y += rng.normal(0, 0.8, rows) / np.sqrt(w)
    order = sort_order([agent, client, channel, y])
    columns = np.column_stack([np.zeros(rows, int), 1 + client, 1 + CLIENTS + channel])[order]
    return Rows(agent[order], columns, y[order], w[order], AGENTS, WIDTH, client[order])


def dense_covariance(rows: Rows, tau2: float, sides: tuple[float, ...], s2: float) -> np.ndarray:
    """Marginal covariance of y."""
    agents = one_hot(rows.agent[:, None], rows.agents).toarray()
    side = one_hot(rows.columns, rows.width).toarray()
    variances = np.array([0.0, *sides])[GROUPS + 1]
    return tau2 * agents @ agents.T + (side * variances) @ side.T + np.diag(s2 / rows.w)


@pytest.mark.parametrize("seed", range(3))
def test_random_is_the_reml_optimum_of_the_dense_model(seed: int) -> None:
    rows = centre(seed)
    found = solve_random(add_up(rows), GROUPS)

    def criterion(tau2: float, sides: tuple[float, ...], s2: float) -> float:
        covariance = dense_covariance(rows, tau2, sides, s2)
        ones = np.ones((len(rows.y), 1))
        inverse = np.linalg.inv(covariance)
        information = float((ones.T @ inverse @ ones)[0, 0])
        mean = float((ones.T @ inverse @ rows.y)[0]) / information
        left = rows.y - mean
        return float(
            np.linalg.slogdet(covariance)[1]
            + np.log(information)
            + left @ inverse @ left
            + (len(rows.y) - 1) * np.log(2 * np.pi)
        )

    best = criterion(found.tau2, found.side_variances, found.s2)
    assert found.criterion == pytest.approx(best, abs=1e-7)
    for step in (0.97, 1.03):
        assert criterion(found.tau2 * step, found.side_variances, found.s2) > best
        assert criterion(found.tau2, found.side_variances, found.s2 * step) > best
        for k in range(2):
            sides = list(found.side_variances)
            sides[k] *= step
            assert criterion(found.tau2, tuple(sides), found.s2) > best


@pytest.mark.parametrize("seed", range(3))
def test_random_effects_and_their_covariance_equal_hendersons(seed: int) -> None:
    rows = centre(seed)
    found = solve_random(add_up(rows), GROUPS)
    side = one_hot(rows.columns, rows.width).toarray()
    design = np.hstack([side, one_hot(rows.agent[:, None], rows.agents).toarray()])
    penalty = block_diag(
        np.diag([0.0, *(found.s2 / np.array(found.side_variances)[GROUPS[1:]])]),
        found.s2 / found.tau2 * np.eye(AGENTS),
    )
    system = design.T @ (rows.w[:, None] * design) + penalty
    inverse = np.linalg.inv(system)
    expected = inverse @ design.T @ (rows.w * rows.y)
    np.testing.assert_allclose(found.effects, expected[:WIDTH], atol=1e-10)
    np.testing.assert_allclose(found.covariance, inverse[:WIDTH, :WIDTH], atol=1e-10)
    sums = add_up(rows)
    shrunk = 1.0 / (sums.weight + found.s2 / found.tau2)
    shares = sums.design.multiply(shrunk[:, None]).tocsr()
    variance = shrunk + spread(shares, found.covariance)
    np.testing.assert_allclose(variance, np.diag(inverse)[WIDTH:], atol=1e-10)


@pytest.mark.parametrize("pairing", [0.1, 0.5])
def test_eliminating_the_interaction_equals_carrying_it_in_the_covariance(pairing: float) -> None:
    rows = centre(7)
    sums = add_up(rows, 1.0 / pairing)
    pair = one_hot((rows.agent * CLIENTS + rows.columns[:, 1] - 1)[:, None], AGENTS * CLIENTS)
    dense = pair.toarray()
    inverse = np.linalg.inv(np.diag(1.0 / rows.w) + pairing * dense @ dense.T)
    side = one_hot(rows.columns, rows.width).toarray()
    agents = one_hot(rows.agent[:, None], rows.agents).toarray()
    np.testing.assert_allclose(sums.gram.toarray(), side.T @ inverse @ side, atol=1e-9)
    np.testing.assert_allclose(sums.design.toarray(), agents.T @ inverse @ side, atol=1e-9)
    np.testing.assert_allclose(sums.weight, np.diag(agents.T @ inverse @ agents), atol=1e-9)
    np.testing.assert_allclose(sums.weighted, agents.T @ inverse @ rows.y, atol=1e-9)
    assert sums.squares == pytest.approx(rows.y @ inverse @ rows.y, abs=1e-8)
    assert sums.log_weight == pytest.approx(np.linalg.slogdet(inverse)[1], abs=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_within_equals_least_squares_with_a_dummy_for_every_agent(seed: int) -> None:
    rows = centre(seed)
    found = solve_within(add_up(rows))
    side = one_hot(rows.columns, rows.width).toarray()
    design = np.hstack([side, one_hot(rows.agent[:, None], rows.agents).toarray()])
    root = np.sqrt(rows.w)
    beta, _, rank, _ = np.linalg.lstsq(design * root[:, None], rows.y * root, rcond=None)
    left = (rows.y - design @ beta) * root
    assert found.s2 == pytest.approx(float(left @ left) / (len(rows.y) - rank), rel=1e-9)
    clients = slice(1, 1 + CLIENTS)
    np.testing.assert_allclose(
        found.effects[clients] - found.effects[clients].mean(),
        beta[clients] - beta[clients].mean(), atol=1e-9,
    )  # fmt: skip


def test_sums_of_two_halves_add_up_to_those_of_the_whole() -> None:
    rows = centre(3)
    half = rows.agent < AGENTS // 2

    def part(keep: np.ndarray) -> Rows:
        return Rows(rows.agent[keep], rows.columns[keep], rows.y[keep], rows.w[keep], AGENTS, WIDTH)

    both, whole = add_up(part(half)) + add_up(part(~half)), add_up(rows)
    np.testing.assert_allclose(both.gram.toarray(), whole.gram.toarray(), atol=1e-10)
    np.testing.assert_allclose(solve_within(both).effects, solve_within(whole).effects, atol=1e-10)


def test_a_factor_that_does_nothing_gets_no_variance() -> None:
    rng = np.random.default_rng(5)
    agent = np.repeat(np.arange(40), 10)
    client = np.tile(np.arange(10), 40)
    y = rng.normal(size=40)[agent] + rng.normal(size=400)
    y -= np.array([y[client == k].mean() for k in range(10)])[client]
    columns = np.column_stack([np.zeros(400, int), 1 + client])
    rows = Rows(agent, columns, y, np.ones(400), 40, 11)
    found = solve_random(add_up(rows), np.array([-1, *[0] * 10]))
    assert found.side_variances == (0.0,)
    np.testing.assert_allclose(found.effects[1:], 0.0, atol=1e-6)


def test_moments_find_the_variances_of_many_raters() -> None:
    rng = np.random.default_rng(11)
    agents, raters, n = 3_000, 2_000, 24_000
    agent, rater = rng.integers(0, agents, n), rng.integers(0, raters, n)
    y = rng.normal(0, 0.8, agents)[agent] + rng.normal(0, 0.5, raters)[rater] + rng.normal(0, 1, n)
    tau2, leniency, s2 = crossed_moments(agent, rater, y)
    assert tau2 == pytest.approx(0.64, rel=0.1)
    assert leniency == pytest.approx(0.25, rel=0.15)
    assert s2 == pytest.approx(1.0, rel=0.05)


def test_many_raters_get_the_effects_of_the_dense_system() -> None:
    rng = np.random.default_rng(12)
    agents, raters, n = 60, 40, 500
    agent, rater = rng.integers(0, agents, n), rng.integers(0, raters, n)
    y = rng.normal(0, 0.8, agents)[agent] + rng.normal(0, 0.5, raters)[rater] + rng.normal(0, 1, n)
    order = sort_order([agent, rater, y])
    columns = np.column_stack([np.zeros(n, int), 1 + rater])[order]
    rows = Rows(agent[order], columns, y[order], np.ones(n), agents, raters + 1)
    found = solve_many(rows, add_up(rows))
    design = np.hstack([one_hot(rows.columns, raters + 1).toarray(),
                        one_hot(rows.agent[:, None], agents).toarray()])  # fmt: skip
    ratios = [0.0, *[found.s2 / found.side_variances[0]] * raters]
    ratios += [found.s2 / found.tau2] * agents
    system = design.T @ design + np.diag(ratios)
    expected = np.linalg.solve(system, design.T @ rows.y)
    np.testing.assert_allclose(found.effects, expected[: raters + 1], atol=1e-8)


@pytest.mark.parametrize("rows", [0, 1, 4, 1000])
def test_rows_are_sorted_as_by_comparing_them(rows):
    rng = np.random.default_rng(rows)
    few, signed = rng.integers(0, 3, rows), rng.integers(-3, 4, rows)
    far, real = 10**9 * rng.integers(0, 4, rows), np.round(rng.normal(size=rows), 1)
    for keys in ([few], [few, signed], [real, few, far], [far, few.astype(np.int32), signed, real]):
        assert np.array_equal(sort_order(keys), np.lexsort(keys[::-1]))


def test_within_refuses_more_columns_than_it_can_solve() -> None:
    agent = np.repeat(np.arange(3), 2)
    rows = Rows(agent, agent[:, None], np.arange(6.0), np.ones(6), 3, MOST_COLUMNS + 1)
    with pytest.raises(ConfigError, match=r"at most 5,000 with 'within'.*RF109"):
        solve_within(add_up(rows))
