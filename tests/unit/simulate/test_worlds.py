"""Each world shows the property it is named after, and the world `plain` does not."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

import rolefit as rf
from rolefit.schema.build import build_config
from rolefit.simulate.centre import simulate
from rolefit.simulate.worlds import world_names

CONFIG = build_config({})
AGENTS, SEED = 1500, 21
GLUE = sorted({spec.attribute for spec in CONFIG.contributions.values()})


@cache
def made(world):
    return simulate(AGENTS, SEED, world)


def truth(centre):
    return centre.truth["agents_truth"].to_pandas().set_index("agent_id")


def wide(centre, table, column, value):
    long = centre.truth[table].to_pandas()
    return long.pivot_table(index="agent_id", columns=column, values=value)


def outcomes(centre):
    """How moves turn out, in probits: linear in the true fit, plus luck."""
    return ndtri(wide(centre, "outcomes", "role", "outcome").clip(0.0005, 0.9995))


def effects(centre):
    return wide(centre, "effects_truth", "metric", "effect")


def explained(target, columns):
    """Share of the variance of a target that columns explain linearly."""
    design = np.column_stack([np.ones(len(target)), columns])
    left = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    return 1.0 - left.var() / np.var(target)


def slopes(centre, metric):
    """Change a month of everybody's raw metric, better positive."""
    rows = centre.tables["metrics"].to_pandas()
    rows["month"] = rows["period"].str[-2:].astype(int)
    value = -np.log(rows["aht"]) if metric == "aht" else rows[metric]
    rows["x"] = rows["month"] - rows.groupby(["agent_id", "client_id", "channel"])[
        "month"
    ].transform("mean")
    top, bottom = (value * rows["x"]).fillna(0.0), rows["x"] ** 2
    by = rows["agent_id"]
    found = top.groupby(by).sum() / bottom.groupby(by).sum()
    return found[bottom.groupby(by).sum() > 4.0]


def who(centre, circumstance):
    table = centre.truth["circumstances"].to_pandas().set_index("agent_id")
    return table.index[table[circumstance]]


def apart(values, some):
    """Mean of some minus mean of all others."""
    inside = values.index.isin(some)
    return values[inside].mean() - values[~inside].mean()


def is_sorted(centre):
    skill = effects(centre).mean(axis=1)
    rows = centre.tables["metrics"].to_pandas()
    return skill.loc[rows["agent_id"]].groupby(rows["client_id"].to_numpy()).mean().std() > 0.25


def is_sparse(centre):
    clients = centre.tables["metrics"].to_pandas().groupby("agent_id")["client_id"].nunique()
    return 0.0 < (clients > 1).mean() < 0.06


def is_inapplicable(centre):
    metrics = centre.tables["metrics"].to_pandas()
    pairs = metrics["client_id"].nunique() * effects(centre).shape[1]
    return len(centre.config.get("applicability", [])) / pairs > 0.35


def is_careless(centre):
    hasty = []
    for kind in ("strengths", "interests"):
        rows = centre.tables[kind].to_pandas()
        hasty.append((rows["seconds"] / (rows.shape[1] - 3) < 2.5).mean())
    return min(hasty) > 0.3


def is_gaming(centre):
    if "circumstances" not in centre.truth:
        return False
    trades, picks = who(centre, "trades_time"), who(centre, "picks_customers")
    raw = centre.tables["metrics"].to_pandas().groupby("agent_id")[["csat", "csat_answers"]].mean()
    better = apart(raw["csat"], picks), apart(np.log(raw["csat_answers"]), picks)
    quicker, unsolved = apart(slopes(centre, "aht"), trades), apart(slopes(centre, "fcr"), trades)
    true = abs(apart(effects(centre)["csat"], picks))
    return (
        (len(trades) + len(picks)) / AGENTS == pytest.approx(0.3, abs=0.04)
        and quicker > 0.03
        and unsolved < -0.005
        and better[0] > 0.15
        and better[1] < -0.3
        and true < 0.2
    )


def is_biased(centre):
    if centre.groups is None:
        return False
    preferred = centre.groups.to_pandas().set_index("agent_id")["group"] == "a"
    moved = preferred.index.isin(centre.tables["placements"]["agent_id"].to_pylist())
    third = pd.qcut(effects(centre).mean(axis=1), 3, labels=False)
    rows = pd.DataFrame({"moved": moved, "third": third, "preferred": preferred})
    chance = rows.pivot_table(index="third", columns="preferred", values="moved")
    inside = outcomes(centre)[list(CONFIG.inside_ids)].groupby(preferred).mean()
    fit = (inside.loc[True] - inside.loc[False]).abs().max()
    return (chance[True] > 2.0 * chance[False]).all() and fit < 0.25


def is_heavy(centre):
    seen = [truth(centre).to_numpy(), effects(centre).to_numpy()]
    return all(np.mean(((x - x.mean(axis=0)) / x.std(axis=0)) ** 4) > 4.0 for x in seen)


def is_bent(centre):
    people, probit = truth(centre), outcomes(centre)
    coaching, creating = people["coaching"], people["creating"]
    parts = np.column_stack([np.minimum(coaching, 0.0), np.maximum(coaching, 0.0)])
    rest = people.drop(columns=["coaching", "developing_people", "serving_customers"])
    design = np.column_stack([np.ones(AGENTS), parts, np.minimum(rest, 0.0)])
    slope = np.linalg.lstsq(design, probit["mentor"], rcond=None)[0][1:3]
    liked, loved = creating.between(0.0, 1.0), creating > 1.7
    too_much = probit["creative_work"][loved].mean() < probit["creative_work"][liked].mean() - 0.5
    return slope[0] > 0.4 and abs(slope[1]) < 0.25 * slope[0] and too_much


def has_no_glue_value(centre):
    rows = centre.tables["contributions"].to_pandas()
    count = rows.pivot_table(
        index="agent_id", columns="kind", values="quantity", aggfunc="sum", fill_value=0.0
    )
    agents, probit = truth(centre).loc[count.index], outcomes(centre).loc[count.index]
    inside = [probit[role].to_numpy() for role in CONFIG.inside_ids]
    return all(
        explained(role, columns) < 0.02
        for role in inside
        for columns in (agents[GLUE], np.sqrt(count))
    )


def is_metric_only(centre):
    known, people = effects(centre).mean(axis=1).to_numpy(), truth(centre).to_numpy()
    probit = outcomes(centre)
    return all(
        explained(probit[role].to_numpy(), known) > 0.8
        and explained(probit[role].to_numpy(), np.column_stack([known, people]))
        < explained(probit[role].to_numpy(), known) + 0.02
        for role in CONFIG.role_ids
    )


def is_shifted(centre):
    people = truth(centre)
    metrics = [
        column.corr(people[CONFIG.metrics[metric].attribute])
        for metric, column in effects(centre).items()
    ]
    answers = centre.tables["strengths"].to_pandas().set_index("agent_id")
    strengths = []
    for scale in CONFIG.questionnaires["strengths"].scales.values():
        keyed = answers[list(scale.items)].copy()
        keyed[list(scale.reversed)] = 6 - keyed[list(scale.reversed)]
        strengths.append(people.loc[keyed.index, scale.attribute].corr(keyed.mean(axis=1)))
    return np.mean(metrics) < 0.4 and np.mean(strengths) > 0.6


def has_drift(centre):
    if "circumstances" not in centre.truth:
        return False
    declines, fades = who(centre, "declines"), who(centre, "loses_interest")
    falls = [apart(slopes(centre, metric), declines) for metric in ("aht", "csat", "quality_score")]
    rows = centre.tables["interests"].to_pandas().sort_values("answered_on", kind="stable")
    serving = next(
        scale
        for scale in CONFIG.questionnaires["interests"].scales.values()
        if scale.attribute == "serving_customers"
    )
    keyed = rows[list(serving.items)].copy()
    keyed[list(serving.reversed)] = 6 - keyed[list(serving.reversed)]
    score = keyed.mean(axis=1).groupby(rows["agent_id"])
    twice = score.size() == 2
    change = (score.last() - score.first())[twice]
    return (
        max(falls) < 0.0
        and falls[0] < -0.06
        and twice.mean() > 0.3
        and set(fades) <= set(change.index)
        and apart(change, fades) < -0.6
    )


PROPERTIES = {
    "sorted": is_sorted, "sparse": is_sparse, "inapplicable": is_inapplicable,
    "careless": is_careless, "gaming": is_gaming, "biased_history": is_biased,
    "heavy_tails": is_heavy, "non_linear": is_bent, "no_glue_value": has_no_glue_value,
    "metric_only": is_metric_only, "shifted_validities": is_shifted, "drift": has_drift,
}  # fmt: skip


@pytest.mark.parametrize("world", PROPERTIES)
def test_a_world_is_what_its_name_says_and_plain_is_not(world):
    assert PROPERTIES[world](made(world))
    assert not PROPERTIES[world](made("plain"))


def test_every_world_has_a_property_that_is_tested():
    assert {"plain", *PROPERTIES} == set(world_names())


@pytest.mark.parametrize("world", [name for name in PROPERTIES if name != "sorted"])
def test_what_is_not_named_is_as_in_sorted(world):
    others = set(PROPERTIES) - {world, "sorted"}
    assert is_sorted(made(world))
    assert [name for name in others if PROPERTIES[name](made(world))] == []


def test_early_talks_are_asked_for_where_results_or_interest_truly_fell():
    centre = simulate(500, 4, "drift")
    told = rf.score(rf.Workspace(centre.config, **centre.tables)).suggestions
    early = told.set_index("agent_id")["notes"].map(
        lambda notes: any("become harder" in note or "less joy" in note for note in notes)
    )
    fell = who(centre, "declines").union(who(centre, "loses_interest"))
    assert early[early.index.isin(fell)].mean() > 3 * early[~early.index.isin(fell)].mean() > 0


@pytest.mark.parametrize("world", ["gaming", "drift", "biased_history"])
def test_nothing_of_it_befalls_the_story_characters(world):
    centre = simulate(300, 2, world, stories=True)
    moved = centre.tables["placements"]["agent_id"].to_pylist()
    assert moved
    assert not [agent for agent in moved if agent.startswith("S-")]
    for name in centre.truth.get("circumstances", centre.truth["policy"]).column_names[1:]:
        if name in {"role", "propensity"}:
            continue
        assert not [agent for agent in who(centre, name) if agent.startswith("S-")]
