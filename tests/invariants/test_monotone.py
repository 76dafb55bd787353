"""Invariant 7: doing better never counts against anybody."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import DEFAULTS, INSIDE, few, items_of
from edits import any_centre

LOST = 1e-12


def one_row_an_agent(table, rng, usable):
    """One random usable row of every agent who has one, as a mask."""
    at = rng.permutation(np.flatnonzero(usable))
    _, first = np.unique(table["agent_id"].to_numpy(str)[at], return_index=True)
    chosen = np.zeros(len(table), bool)
    chosen[at[first]] = True
    return chosen


def better_metrics(table, rng, measured):
    metric = str(rng.choice(measured))
    spec = DEFAULTS.metrics[metric]
    value = table[metric].to_numpy(float)
    goal = spec.range[1] if spec.better == "higher" else spec.range[0]
    hit = one_row_an_agent(table, rng, ~np.isnan(value))
    step = rng.choice([0.05, 0.5, 1.0])
    return table.assign(**{metric: np.where(hit, value + step * (goal - value), value)})


def more(table, rng, column, top):
    value = table[column].to_numpy(float)
    hit = one_row_an_agent(table, rng, ~np.isnan(value))
    raised = np.minimum(value + rng.choice([0.5, 1.0, 20.0]), top)
    return table.assign(**{column: np.where(hit, raised, value)})


def better_answers(survey, table, rng):
    """One answer an agent, one step (or all the way) in the direction of its scale."""
    table = table.copy()
    turned = {
        i for scale in DEFAULTS.questionnaires[survey].scales.values() for i in scale.reversed
    }
    items = items_of(survey)
    answers = table[items].to_numpy(float).copy()
    pick = rng.integers(0, len(items), len(table))
    row = np.arange(len(table))
    up = np.where([items[k] in turned for k in pick], -1.0, 1.0) * rng.choice([1, 4])
    answers[row, pick] = np.clip(answers[row, pick] + up, 1, 5)
    table[items] = answers
    scale_of = {
        item: scale.attribute
        for scale in DEFAULTS.questionnaires[survey].scales.values()
        for item in scale.items
    }
    raised = {a: scale_of[items[k]] for a, k in zip(table["agent_id"], pick, strict=True)}
    return table, raised


def inside(result):
    fits = result.tables["fits"]
    fits = fits.filter(pc.is_in(fits["role"], value_set=pa.array(INSIDE)))
    shape = (-1, len(INSIDE))
    return tuple(np.array(fits[name]).reshape(shape) for name in ("fit", "p_ready"))


def flags(result, family):
    """Careless notes by agent: they change variances, so they are held fixed."""
    told = result.tables["evidence"].to_pylist()
    return {row["agent_id"]: row["note"] for row in told if row["family"] == family}


def same_alarms(before, after):
    """Of which agents alarms say the same in both runs: they change variances, so they are held."""
    left, right = (
        {
            (row["agent_id"], row["metric"]): row["alarm"]
            for row in run.tables["effects"].to_pylist()
        }
        for run in (before, after)
    )
    moved = {agent for agent, metric in left if left[agent, metric] != right[agent, metric]}
    return np.array([a not in moved for a in before.tables["suggestions"]["agent_id"].to_pylist()])


def assert_nobody_lost(before, after, same=slice(None)):
    for less, now in zip(inside(before), inside(after), strict=True):
        assert (now[same] >= less[same] - LOST).all()


@given(
    any_centre(),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["metrics", "ratings", "contributions"]),
)
@few(15)
def test_invariant_07_better_work_never_lowers_a_fit(centre, seed, name):
    if name not in centre.tables or not len(centre.tables[name]):
        return
    table, rng = centre.tables[name], np.random.default_rng(seed)
    if name == "metrics":
        raised = better_metrics(table, rng, centre.measured)
    elif name == "ratings":
        raised = more(table, rng, "value", 5.0)
    else:
        raised = more(table, rng, "quantity", np.inf)
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    before = rf.score(workspace, norms)
    after = rf.score(centre.put(**{name: raised}).workspace(), norms)
    same = same_alarms(before, after)
    left, right = (run.tables["evidence"] for run in (before, after))
    kept = np.isin(left["agent_id"].to_pylist(), np.array(centre.ids)[same])
    widths = (np.array(table["variance"])[kept] for table in (left, right))
    assert np.allclose(*widths, rtol=1e-12, atol=0)
    assert_nobody_lost(before, after, same)
    assert np.mean(same) > 0.5


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(9)
def test_invariant_07_a_better_answer_never_lowers_a_fit(centre, seed):
    if "strengths" not in centre.tables:
        return
    table, _ = better_answers("strengths", centre.tables["strengths"], np.random.default_rng(seed))
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    before, after = (
        rf.score(workspace, norms),
        rf.score(centre.put(strengths=table).workspace(), norms),
    )
    left, right = flags(before, "strengths"), flags(after, "strengths")
    agents = before.tables["suggestions"]["agent_id"].to_pylist()
    assert_nobody_lost(before, after, [left.get(agent) == right.get(agent) for agent in agents])


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(9)
def test_invariant_07_more_interest_never_lowers_that_interest(centre, seed):
    if "interests" not in centre.tables:
        return
    table, raised = better_answers(
        "interests", centre.tables["interests"], np.random.default_rng(seed)
    )
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    before, after = (
        rf.score(workspace, norms),
        rf.score(centre.put(interests=table).workspace(), norms),
    )
    left, right = flags(before, "interests"), flags(after, "interests")
    pairs = zip(
        before.tables["posterior"].to_pylist(), after.tables["posterior"].to_pylist(), strict=True
    )
    for less, now in pairs:
        agent = less["agent_id"]
        if raised.get(agent) == less["attribute"] and left.get(agent) == right.get(agent):
            assert now["mean"] >= less["mean"] - LOST


def test_invariant_07_better_work_does_raise_fits():
    centre = next(iter(_whole()))
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    before = inside(rf.score(workspace, norms))[0]
    rng = np.random.default_rng(0)
    for name, column, top in (("ratings", "value", 5.0), ("contributions", "quantity", np.inf)):
        changed = centre.put(**{name: more(centre.tables[name], rng, column, top)})
        after = inside(rf.score(changed.workspace(), norms))[0]
        assert (after > before).any(axis=1).mean() > 0.5


def _whole():
    from centres import simulated

    return (simulated(30, seed) for seed in range(3))
