"""Part-timers, whose rows are small, are told as good as they are, whatever the kind of metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from experiment_programs import programs
from rolefit.evidence.cells import Rows
from rolefit.evidence.measured import Measured
from rolefit.evidence.row_noise import Noise
from rolefit.evidence.tangent import Line, Tangent, draw_line

if TYPE_CHECKING:
    from types import ModuleType

AGENTS = 800


@pytest.fixture(scope="module")
def lab(repository) -> ModuleType:
    """The experiment's own centres and measures."""
    (run,) = programs(repository / "experiments/011-small-rows", "run")
    return run


@pytest.mark.parametrize(
    ("kind", "volume", "estimators"),
    [
        ("rate", 3, ("correlated", "within")),
        ("rate", 10, ("correlated",)),
        ("count", 3, ("correlated", "random")),
        ("count", 10, ("correlated",)),
        ("duration", 3, ("correlated",)),
        ("mean", 3, ("correlated",)),
    ],
)
def test_small_rows_make_nobody_look_better_or_worse(
    lab: ModuleType, kind: str, volume: int, estimators: tuple[str, ...]
) -> None:
    found = lab.measure(estimators, {"kind": kind, "volume": volume}, AGENTS, 5)
    for name in estimators:
        off = (found[f"{name}_off_part"] - found[f"{name}_off_full"]) / 2.0
        assert abs(off) < 0.08
        for half in ("part", "full"):
            assert 0.86 <= found[f"{name}_cover_{half}"] <= 0.96


def test_who_has_few_contacts_is_known_less_and_who_has_many_more(lab: ModuleType) -> None:
    found = lab.measure(("correlated",), {"kind": "rate", "volume": 3}, AGENTS, 6)
    assert found["correlated_reliability_part"] < 0.4
    assert found["correlated_reliability_full"] > 0.7


def one_agent(kind: str, value: np.ndarray, sign: float = 1.0) -> tuple[Line, np.ndarray]:
    """The lines of an agent's rows and their values on the scale of the model."""
    n = len(value)
    none, volume = np.zeros(n, int), np.linspace(2.0, 40.0, n)
    y = np.log(value) if kind == "duration" else value
    measured = Measured(np.arange(n), sign * y, value, volume, kind, sign)
    rows = Rows(none, none[:, None], measured.y, np.ones(n), 1, 1)
    usual = sign * {"rate": 2.2, "count": -2.3, "duration": 5.7}[kind]
    tangent = Tangent((usual,), 1.0, 0.25, Noise(1.0, 0.01, 0.0))
    line = draw_line(rows, measured, tangent)
    return line, line.of(measured.y)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("kind", ["rate", "count"])
def test_no_better_row_lowers_an_agent_or_makes_them_surer(kind: str, sign: float) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        value = rng.random(6) * (1.0 if kind == "rate" else 2.0)
        better = value.copy()
        row = rng.integers(6)
        step = rng.random()
        better[row] += step * ((1.0 - better[row]) if kind == "rate" else 3.0)
        line, before = one_agent(kind, value, sign)
        same, after = one_agent(kind, better, sign)
        np.testing.assert_array_equal(line.volume, same.volume)
        np.testing.assert_array_equal(line.slope, same.slope)
        weight = Noise(1.0, 0.01, 0.0).weights(line.volume)
        assert sign * (weight @ after - weight @ before) > 0


@pytest.mark.parametrize(("kind", "far", "true"), [("rate", 0.5, 0.0), ("count", 0.4, -0.916)])
def test_an_agent_with_much_is_told_where_they_are_however_far(
    kind: str, far: float, true: float
) -> None:
    n = 400
    value = np.full(n, far)
    _, y = one_agent(kind, value)
    assert y.mean() == pytest.approx(true, abs=0.06)


def test_the_logarithm_of_a_mean_gets_back_what_it_lacks() -> None:
    rng = np.random.default_rng(1)
    value = 300 * rng.gamma(np.linspace(2.0, 40.0, 40_000)) / np.linspace(2.0, 40.0, 40_000)
    for sign in (1.0, -1.0):
        _, y = one_agent("duration", value, sign)
        small = np.linspace(2.0, 40.0, 40_000) < 4.0
        assert y[small].mean() == pytest.approx(sign * np.log(300), abs=0.03)
        assert np.log(value[small]).mean() < np.log(300) - 0.12
