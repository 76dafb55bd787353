"""The solver against the same models written out: dense covariances of y, no elimination."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from mixed_model import Model, indicators
from rolefit.evidence.information import information
from rolefit.evidence.predict import Crowd, Point, at_point
from rolefit.evidence.reml import evaluate
from rolefit.evidence.split import Split

DIGITS = 1e-10
PUPILS = 600


@dataclass(frozen=True)
class Dense:
    """y = X b + sum of Z_k u_k + e with Var(u_k) = D_k, Var(e) = R, everything n x n."""

    y: np.ndarray
    X: np.ndarray
    parts: tuple[tuple[np.ndarray, np.ndarray], ...]
    """(Z_k, diagonal of D_k)."""
    noise: np.ndarray

    @property
    def projection(self) -> np.ndarray:
        """P = V^-1 - V^-1 X (X' V^-1 X)^-1 X' V^-1."""
        inverse = np.linalg.inv(self.covariance)
        half = inverse @ self.X
        return inverse - half @ np.linalg.solve(self.X.T @ half, half.T)

    @property
    def covariance(self) -> np.ndarray:
        """V, of y."""
        return np.diag(self.noise) + sum((Z * d) @ Z.T for Z, d in self.parts)

    def criterion(self) -> float:
        """log|V| + log|X' V^-1 X| + y' P y + (n - p) log 2 pi."""
        V = self.covariance
        information = self.X.T @ np.linalg.solve(V, self.X)
        n, p = self.X.shape
        return float(
            np.linalg.slogdet(V)[1] + np.linalg.slogdet(information)[1]
            + self.y @ self.projection @ self.y + (n - p) * np.log(2.0 * np.pi)
        )  # fmt: skip

    def predicted(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """D Z' P y, and D - D Z' P Z D: all errors of prediction, those of b included."""
        Z, d = self.parts[k]
        P = self.projection
        told = (d[:, None] * Z.T) @ P
        return told @ self.y, np.diag(d) - told @ Z * d

    def score(self, k: int) -> float:
        """Derivative of the criterion by log of the variance of part k: tr P V_k - y'P V_k P y."""
        Z, d = self.parts[k]
        P = self.projection
        V = (Z * d) @ Z.T
        return float(np.trace(P @ V) - self.y @ P @ V @ P @ self.y)


def real_model(shared_data, name, *, weighted):
    """Three small data sets, with covariates and crossed factors."""
    if name == "sleepstudy":
        table = pd.read_csv(shared_data / "small/sleepstudy.csv")
        y, fixed, keys = table.Reaction, [table.Days], [table.Subject]
    elif name == "penicillin":
        table = pd.read_csv(shared_data / "small/Penicillin.csv")
        y, fixed, keys = table.diameter, [], [table["plate"], table["sample"]]
    else:
        table = pd.read_csv(shared_data / "exam/Exam.csv").head(PUPILS)
        y, keys = table.normexam, [table.school, table.vr]
        fixed = [table.standLRT, table.sex == "M"]
    codes = [np.unique(key, return_inverse=True)[1] for key in keys]
    n = len(y)
    w = 1.0 + np.arange(n) % 3 if weighted else np.ones(n)
    X = np.column_stack([np.ones(n), *(column.to_numpy(float) for column in fixed)])
    return Model(y.to_numpy(float), w, X, codes[0], tuple(codes[1:]))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["sleepstudy", "penicillin", "exam"])
def test_random_is_the_dense_models_optimum_and_its_solution(shared_data, name, weighted):
    model = real_model(shared_data, name, weighted=weighted)
    found = model.solve()
    context = found.context
    variances = (context.tau2, *context.side_variances)
    parts = [indicators(code).toarray() for code in (model.agent, *model.sides)]
    dense = Dense(
        model.y, model.fixed,
        tuple((Z, np.full(Z.shape[1], v)) for Z, v in zip(parts, variances, strict=True)),
        context.s2 / model.w,
    )  # fmt: skip
    assert context.criterion == pytest.approx(dense.criterion(), rel=DIGITS)
    for k in range(len(parts)):
        assert abs(dense.score(k)) < 1e-6 * parts[k].shape[1]
    information = model.fixed.T @ np.linalg.solve(dense.covariance, model.fixed)
    fixed = np.linalg.solve(information, model.fixed.T @ np.linalg.solve(dense.covariance, model.y))
    assert_close(found.side(-1)[0], fixed)
    assert_close(found.side(-1)[1], np.diag(np.linalg.inv(information)))
    effect, variance = dense.predicted(0)
    assert_close(found.agents, effect)
    assert_close(found.agent_variances, np.diag(variance))
    for k in range(len(model.sides)):
        effect, variance = dense.predicted(k + 1)
        assert_close(found.side(k)[0], effect)
        assert_close(found.side(k)[1], np.diag(variance))


RATIOS = np.log([2.0, 0.7, 3.0])
"""log s2 / variance of agents, clients, channels."""


def sorted_centre(seed: int) -> Model:
    """Agents of one to four clients, on two channels, with weights."""
    rng = np.random.default_rng(seed)
    agent = np.repeat(np.arange(40), rng.integers(1, 5, 40))
    client = rng.integers(0, 7, len(agent))
    agent, client = np.repeat(agent, 3), np.repeat(client, 3)
    n = len(agent)
    y = rng.normal(size=40)[agent] + rng.normal(size=7)[client] + rng.normal(size=n)
    channel = np.arange(n) % 2
    return Model(y, rng.uniform(0.5, 2.0, n), np.ones((n, 1)), agent, (client, channel))


def written_out(
    model: Model, rho: float, share: float, s2: float, ratios: np.ndarray = RATIOS
) -> tuple[Dense, np.ndarray]:
    """The sorted model and, last, the matrix that turns (clients, pools, rests) into agents.

    g_j = rho (sd of agents / sd of clients) c_j + pool_j, Var(pool) = (1 - rho^2) share tau^2;
    an agent of k clients with mean g is k g / (1 + (k - 1) R^2) + rest.
    """
    agents, clients, channels = s2 / np.exp(ratios)
    Z, C = indicators(model.agent).toarray(), indicators(model.sides[0]).toarray()
    served = Z.T @ (model.w[:, None] * C)
    served /= served.sum(axis=1, keepdims=True)
    k = 1.0 / (served**2).sum(axis=1)
    told = rho**2 + (1.0 - rho**2) * share
    scale = k / (1.0 + (k - 1.0) * told)
    of_clients = (rho * np.sqrt(agents / clients) * scale)[:, None] * served
    of_pools = scale[:, None] * served
    rest = agents * (1.0 - told) / (1.0 + (k - 1.0) * told)
    channel = indicators(model.sides[1]).toarray()
    whole = np.hstack([C + Z @ of_clients, Z @ of_pools, Z])
    variance = np.concatenate([
        np.full(C.shape[1], clients), np.full(C.shape[1], agents * (1.0 - rho**2) * share), rest,
    ])  # fmt: skip
    dense = Dense(
        model.y, model.fixed,
        ((whole, variance), (channel, np.full(channel.shape[1], channels))), s2 / model.w,
    )  # fmt: skip
    return dense, np.hstack([of_clients, of_pools, np.eye(len(k))])


def solved(model: Model, rho: float, share: float):
    """The library's evaluation at given variances, and its split."""
    groups = model.groups
    split = Split.of(model.sums(), groups == 0, pools=share > 0)
    return evaluate(split, groups, RATIOS, rho, share), split


SORTINGS = [(0.0, 0.0), (-0.6, 0.0), (0.4, 0.0), (-0.5, 0.3), (0.2, 0.6)]


@pytest.mark.parametrize(("rho", "share"), SORTINGS)
@pytest.mark.parametrize("seed", range(2))
def test_correlated_is_the_dense_models_criterion_and_side_effects(seed, rho, share):
    model = sorted_centre(seed)
    found, _ = solved(model, rho, share)
    dense, _ = written_out(model, rho, share, found.s2)
    # s2 is profiled out: the quadratic form is its expectation
    assert model.y @ dense.projection @ model.y == pytest.approx(len(model.y) - 1, rel=DIGITS)
    assert found.criterion == pytest.approx(dense.criterion(), rel=DIGITS)
    clients = model.groups == 0
    effect, variance = dense.predicted(0)
    count = int(clients.sum())
    assert_close(found.effects[: len(clients)][clients], effect[:count])
    ours = found.covariance[: len(clients), : len(clients)][np.ix_(clients, clients)]
    assert_close(found.s2 * ours, variance[:count, :count])


@pytest.mark.parametrize(("rho", "share"), SORTINGS)
@pytest.mark.parametrize("seed", range(2))
def test_correlated_agents_and_their_posterior_variances(seed, rho, share):
    model = sorted_centre(seed)
    found, _ = solved(model, rho, share)
    dense, gather = written_out(model, rho, share, found.s2)
    sums, clients = model.sums(), model.groups == 0
    shares = sums.design.multiply(1.0 / sums.weight[:, None]).tocsr()
    shares.sort_indices()
    mean = sums.weighted / sums.weight
    crowd = Crowd.of(sums.weight, mean, shares, clients, pools=share > 0)
    point = Point(
        weight=1.0, block=0, rho=rho, share=share, s2=found.s2, agents=float(np.exp(RATIOS[0])),
        clients=float(np.exp(RATIOS[1])), effects=tuple(found.effects.tolist()), agent_sd=1.0,
        centre=(0.0,) * len(found.effects),
    )  # fmt: skip
    told = at_point(point, found.covariance, crowd)
    value, own, side = told.effect, told.own, told.side
    effect, variance = dense.predicted(0)
    assert_close(value, gather @ effect)
    assert_close(own + side, np.diag(gather @ variance @ gather.T))


@pytest.mark.parametrize(("rho", "share"), [(-0.6, 0.0), (0.4, 0.0), (-0.5, 0.3)])
def test_correlateds_slope_is_the_dense_criterions(rho, share):
    model = sorted_centre(5)
    found, _ = solved(model, rho, share)
    step = 1e-4

    def dense(new_rho: float, new_share: float) -> float:
        s2 = solved(model, new_rho, new_share)[0].s2
        return written_out(model, new_rho, new_share, s2)[0].criterion()

    by_rho = (dense(rho + step, share) - dense(rho - step, share)) / (2 * step)
    assert found.slope[-2] == pytest.approx(by_rho, rel=1e-5, abs=1e-6)
    if share > 0:
        by_share = (dense(rho, share + step) - dense(rho, share - step)) / (2 * step)
        assert found.slope[-1] == pytest.approx(by_share, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(("rho", "share"), SORTINGS)
def test_average_information_is_the_dense_models(rho, share):
    """f'P f with f = V_t P y, and V_t by differences; s2 profiled out."""
    model = sorted_centre(3)
    found, split = solved(model, rho, share)
    s2, step, used = found.s2, 1e-5, 5 if share > 0 else 4
    dense, _ = written_out(model, rho, share, s2)
    told, at = dense.projection @ model.y, np.array([*RATIOS, rho, share])

    def covariance(place):
        return written_out(model, place[3], place[4], s2, place[:3])[0].covariance

    variates = np.column_stack([
        (covariance(at + one) - covariance(at - one)) @ told / (2.0 * step)
        for one in step * np.eye(5)[:used]
    ])  # fmt: skip
    alone = variates.T @ told
    written = variates.T @ dense.projection @ variates
    written -= np.outer(alone, alone) / (len(model.y) - 1)
    ours = information(split, model.groups, found)[:used, :used]
    np.testing.assert_allclose(ours, written, rtol=0.0, atol=1e-8 * np.abs(written).max())


def assert_close(ours, written):
    """Equal to ten digits of the largest."""
    size = float(np.abs(written).max())
    np.testing.assert_allclose(ours / size, written / size, rtol=0.0, atol=DIGITS)
