"""`random` against lme4's REML fits: variances, criterion, fixed effects, BLUPs and their sd.

lme4's default tolerances stop short where the criterion is flat, so the digits are those of
lme4 1.1-31 at tolerances of 1e-12; `benchmarks/lme4_tight.R` says how they were made:

    Rscript benchmarks/lme4_tight.R ../shared/data tests/parity

The default's own numbers (`reference/lmer_*.csv` beside the data) are met as far as they go.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mixed_model import Model
from rolefit.evidence.crossed import predict_agents

HERE = Path(__file__).parent
MODELS = {
    "insteval_3way": ("s", "d", "dept:service"),
    "insteval_lecturer_only": ("d",),
    "exam_null": ("school",),
    "exam_vs_standLRT": ("school",),
    "exam_adj": ("school",),
    "sleepstudy_intercept": ("Subject",),
    "penicillin_crossed": ("plate", "sample"),
}
"""Model -> its groupings; the first, who are eliminated, are the solver's agents."""
STORED = [name for name in MODELS if name != "sleepstudy_intercept"]


def frame(shared_data, model):
    """The rows of a model, with a column a grouping."""
    if model.startswith("insteval"):
        table = pd.read_csv(shared_data / "insteval" / "InstEval.csv.gz").rename(
            columns={"y": "value"}
        )
        return table.assign(
            **{"dept:service": table.dept.astype(str) + ":" + table.service.astype(str)}
        )
    if model.startswith("exam"):
        table = pd.read_csv(shared_data / "exam" / "Exam.csv").rename(columns={"normexam": "value"})
        return table.assign(
            sexM=table.sex == "M", schgendboys=table.schgend == "boys",
            schgendgirls=table.schgend == "girls",
        )  # fmt: skip
    name, value = {"s": ("sleepstudy", "Reaction"), "p": ("Penicillin", "diameter")}[model[0]]
    return pd.read_csv(shared_data / "small" / f"{name}.csv").rename(columns={value: "value"})


@pytest.fixture(scope="module")
def told():
    """(model, what) -> lme4's numbers at tight tolerances by name."""
    table = pd.read_csv(HERE / "lme4_tight_components.csv")
    return {
        key: part.set_index("name")[["value", "sd"]]
        for key, part in table.groupby(["model", "what"], sort=False)
    }


@pytest.fixture(scope="module")
def effects():
    """(model, grouping) -> lme4's BLUPs and conditional sd at tight tolerances by level."""
    table = pd.read_csv(HERE / "lme4_tight_effects.csv", dtype={"level": str})
    return {
        key: part.set_index("level")[["value", "sd"]]
        for key, part in table.groupby(["model", "group"])
    }


@pytest.fixture(scope="module")
def solved(shared_data, told):
    """Our fit of every model, with the level names of its groupings."""
    found = {}
    for model, groupings in MODELS.items():
        table = frame(shared_data, model)
        codes, names = zip(*(np.unique(table[g].astype(str), return_inverse=True)[::-1]
                             for g in groupings), strict=True)  # fmt: skip
        fixed = list(told[model, "fixed"].index[1:])
        columns = np.column_stack([np.ones(len(table)), table[fixed].to_numpy(float)])
        made = Model(
            table["value"].to_numpy(float), np.ones(len(table)), columns, codes[0], codes[1:]
        )
        found[model] = (made, made.solve(), names)
    return found


@pytest.mark.parametrize("model", MODELS)
def test_variances_and_criterion(model, solved, told):
    context = solved[model][1].context
    groupings, theirs = MODELS[model], told[model, "variance"]["value"]
    ours = dict(zip(groupings, (context.tau2, *context.side_variances), strict=True))
    for name, value in ({**ours, "Residual": context.s2}).items():
        assert value == pytest.approx(theirs[name], rel=1e-5), name
    assert context.criterion == pytest.approx(
        told[model, "criterion"].loc["REML", "value"], abs=1e-7
    )


@pytest.mark.parametrize("model", MODELS)
def test_fixed_effects_and_their_standard_errors(model, solved, told):
    value, variance = solved[model][1].side(-1)
    theirs = told[model, "fixed"]
    np.testing.assert_allclose(value, theirs["value"], atol=1e-6, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(variance), theirs["sd"], rtol=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_random_effects(model, solved, effects):
    _, found, names = solved[model]
    for k, group in enumerate(MODELS[model]):
        ours = pd.Series(found.agents if k == 0 else found.side(k - 1)[0], names[k])
        theirs = effects[model, group]["value"]
        scale = np.sqrt(found.context.s2)
        assert len(theirs) > 1
        np.testing.assert_allclose(ours[theirs.index] / scale, theirs / scale, atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_conditional_sd_of_random_effects(model, solved, effects):
    """lme4's conditional sd takes the fixed effects as known; ours adds what they leave open."""
    made, found, names = solved[model]
    context, p = found.context, made.fixed.shape[1]
    known = context.covariance - context.covariance[:, :p] @ np.linalg.solve(
        context.covariance[:p, :p], context.covariance[:p]
    )
    _, reliability, _ = predict_agents(
        made.sums(), context.effects, known, context.s2, context.tau2
    )
    for k, group in enumerate(MODELS[model]):
        given = (1.0 - reliability) * context.tau2 if k == 0 else (
            context.s2 * np.diag(known)[found.groups == k - 1])  # fmt: skip
        whole = found.agent_variances if k == 0 else found.side(k - 1)[1]
        theirs = effects[model, group]["sd"]
        ours = pd.Series(np.sqrt(given), names[k])[theirs.index]
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
        assert (whole >= given * (1.0 - 1e-9)).all()


@pytest.mark.parametrize("model", STORED)
def test_no_criterion_of_lme4s_default_is_lower(model, shared_data, solved):
    fits = pd.read_csv(shared_data / "reference" / "lmer_fit.csv", index_col="model")
    ours, theirs = solved[model][1].context.criterion, fits.reml_criterion[model]
    assert ours <= theirs + 1e-9 * abs(theirs) / 100
    assert ours == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("model", STORED)
def test_everybodys_random_effects_lie_where_lme4s_default_stops(model, shared_data, solved):
    blups = pd.read_csv(shared_data / "reference" / "lmer_blups.csv.gz", low_memory=False)
    blups = blups[blups.model == model].assign(grp=lambda t: t.grp.astype(str))
    _, found, names = solved[model]
    for k, group in enumerate(MODELS[model]):
        ours = pd.Series(found.agents if k == 0 else found.side(k - 1)[0], names[k])
        theirs = blups[blups.grpvar == group].set_index("grp")["condval"]
        assert len(theirs) == len(ours)
        np.testing.assert_allclose(ours[theirs.index], theirs, atol=1e-5)
