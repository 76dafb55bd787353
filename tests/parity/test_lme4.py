"""`random` against lme4's REML fits: variance components, criterion, and BLUPs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from rolefit.evidence.cells import Rows, add_up, sort_order
from rolefit.evidence.crossed import solve_random

if TYPE_CHECKING:
    from pathlib import Path

    from rolefit.evidence.crossed import Context

FLAT = 3e-4
"""InstEval's criterion is so flat in dept:service that lme4 stops 1.5e-4 short of its optimum;
`test_insteval_lies_below_lme4` shows that the difference is lme4's."""


def fit(y: pd.Series, agent: pd.Series, *sides: pd.Series) -> tuple[Context, list[np.ndarray]]:
    """Fits y ~ 1 + (1 | agent) + (1 | side) ...; returns the level names of the sides too."""
    codes, names = zip(
        *(np.unique(s.to_numpy(), return_inverse=True)[::-1] for s in (agent, *sides)), strict=True
    )
    starts = 1 + np.cumsum([0, *map(len, names[1:])])
    columns = [np.zeros(len(y), int), *(c + s for c, s in zip(codes[1:], starts, strict=False))]
    order = sort_order([codes[0], *columns, y.to_numpy()])
    rows = Rows(
        codes[0][order], np.column_stack(columns)[order], y.to_numpy(float)[order],
        np.ones(len(y)), len(names[0]), int(starts[-1]),
    )  # fmt: skip
    groups = np.repeat(np.arange(-1, len(sides)), [1, *map(len, names[1:])])
    return solve_random(add_up(rows), groups), list(names)


def reference(shared_data: Path, model: str) -> tuple[pd.Series, float]:
    """lme4's variances by grouping, and its REML criterion."""
    folder = shared_data / "reference"
    parts = pd.read_csv(folder / "lmer_variance_components.csv", index_col="model")
    fits = pd.read_csv(folder / "lmer_fit.csv", index_col="model")
    return parts.loc[[model]].set_index("grp").vcov, float(fits.reml_criterion[model])


@pytest.fixture(scope="module")
def insteval(shared_data: Path) -> tuple[pd.DataFrame, Context, list[np.ndarray]]:
    """lme4's example: ratings of lecturers (d) by students (s) in departments."""
    table = pd.read_csv(shared_data / "insteval" / "InstEval.csv.gz")
    place = table.dept.astype(str) + ":" + table.service.astype(str)
    # the student, of whom there are more, is eliminated; the lecturer is a side factor
    return table, *fit(table.y, table.s, table.d, place)


def test_insteval_variances_and_criterion(
    shared_data: Path, insteval: tuple[pd.DataFrame, Context, list[np.ndarray]]
) -> None:
    found = insteval[1]
    variances, criterion = reference(shared_data, "insteval_3way")
    assert found.tau2 == pytest.approx(variances["s"], rel=1e-4)
    assert found.side_variances[0] == pytest.approx(variances["d"], rel=1e-4)
    assert found.s2 == pytest.approx(variances["Residual"], rel=1e-4)
    assert found.side_variances[1] == pytest.approx(variances["dept:service"], rel=FLAT)
    assert found.criterion == pytest.approx(criterion, abs=1e-3)


def test_insteval_lies_below_lme4(
    shared_data: Path, insteval: tuple[pd.DataFrame, Context, list[np.ndarray]]
) -> None:
    assert insteval[1].criterion < reference(shared_data, "insteval_3way")[1]


def test_insteval_lecturers(
    shared_data: Path, insteval: tuple[pd.DataFrame, Context, list[np.ndarray]]
) -> None:
    _, found, names = insteval
    blups = pd.read_csv(shared_data / "reference" / "lmer_blups.csv.gz", low_memory=False)
    blups = blups[(blups.model == "insteval_3way") & (blups.grpvar == "d")]
    lecturers = names[1]
    ours = pd.Series(found.effects[1 : 1 + len(lecturers)], index=lecturers)
    theirs = blups.set_index(blups.grp.astype(int)).condval
    np.testing.assert_allclose(ours.loc[theirs.index], theirs, atol=1e-4)
    sd = np.sqrt(found.s2 * np.diag(found.covariance))[1 : 1 + len(lecturers)]
    reported = blups.set_index(blups.grp.astype(int)).condsd
    # lme4's conditional sd takes the mean as known, ours does not
    np.testing.assert_allclose(pd.Series(sd, lecturers).loc[reported.index], reported, rtol=0.02)


def test_penicillin_crossed(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "small" / "Penicillin.csv")
    variances, criterion = reference(shared_data, "penicillin_crossed")
    found, _ = fit(table.diameter, table["plate"], table["sample"])
    assert found.tau2 == pytest.approx(variances["plate"], rel=1e-4)
    assert found.side_variances[0] == pytest.approx(variances["sample"], rel=1e-4)
    assert found.s2 == pytest.approx(variances["Residual"], rel=1e-4)
    assert found.criterion == pytest.approx(criterion, abs=1e-5)


def test_exam_schools(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "exam" / "Exam.csv")
    variances, criterion = reference(shared_data, "exam_null")
    found, _ = fit(table.normexam, table.school)
    assert found.tau2 == pytest.approx(variances["school"], rel=1e-4)
    assert found.s2 == pytest.approx(variances["Residual"], rel=1e-4)
    assert found.criterion == pytest.approx(criterion, abs=1e-5)
