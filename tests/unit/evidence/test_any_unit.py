"""The unit of a mean, and where its zero lies, change no effect, however small or far they are."""

from __future__ import annotations

import numpy as np
import pytest

import rolefit as rf
from rolefit.simulate.centre import simulate

CENTRE = simulate(60, 1)
AGENTS, METRICS = (CENTRE.tables[name].to_pandas() for name in ("agents", "metrics"))
METRICS = METRICS[["agent_id", "client_id", "channel", "period", "evaluations", "quality_score"]]


def quality(estimator: str, unit: float, zero: float) -> np.ndarray:
    """Effects and standard errors of quality in another unit, from another zero."""
    config = {
        "centre": CENTRE.config["centre"],
        "evidence": {"client_effects": estimator},
        "metrics": {"quality_score": {"range": [zero, zero + 100.0 * unit]}},
    }
    rows = METRICS.assign(quality_score=METRICS.quality_score * unit + zero)
    found = rf.score(rf.Workspace(config=config, agents=AGENTS, metrics=rows)).effects
    assert set(found.note) <= {"", "not_comparable", "island"}
    return found[["effect", "se"]].to_numpy()


@pytest.mark.parametrize("estimator", ["correlated", "random", "within"])
def test_the_unit_and_the_zero_of_a_mean_change_nothing(estimator: str) -> None:
    plain = quality(estimator, 1.0, 0.0)
    assert np.ptp(plain[:, 0]) > 1.0
    assert np.allclose(quality(estimator, 1e-7, 0.0), plain, atol=1e-6)
    assert np.allclose(quality(estimator, 1e4, 0.0), plain, atol=1e-6)
    assert np.allclose(quality(estimator, 1.0, 1e6), plain, atol=1e-6)
