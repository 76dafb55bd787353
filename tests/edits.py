"""Edits that spoil, thin and stretch a centre, and the strategies that draw them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from centres import DEFAULTS, INSIDE, OUTWARD, Centre, extremes, items_of, simulated
from rolefit.schema.tables import WISHES
from rolefit.simulate.centre import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable

ESTIMATORS = ("random", "within")
BESIDE_METRICS = ("strengths", "interests", "contributions", "ratings")


def some(rng: np.random.Generator, items: list[str]) -> set[str]:
    """A random part of a list, between none and all."""
    return set(rng.permutation(items)[: rng.integers(0, len(items) + 1)])


def with_metrics(centre: Centre, rng: np.random.Generator, *, absurd: bool) -> Centre:
    """Other metric values for some agents: anything in the range, or its ends."""
    if "metrics" not in centre.tables:
        return centre
    table = centre.tables["metrics"].copy()
    hit = table["agent_id"].isin(some(rng, centre.ids)).to_numpy()
    for metric in centre.measured:
        low, high = DEFAULTS.metrics[metric].range
        ends = (
            rng.choice([low, high]) if rng.random() < 0.5 else rng.choice([low, high], len(table))
        )
        new = np.broadcast_to(ends, len(table)) if absurd else rng.uniform(low, high, len(table))
        table[metric] = np.where(hit, new, table[metric].astype(float))
    return centre.put(metrics=table)


def absurd_metrics(centre, rng):
    return with_metrics(centre, rng, absurd=True)


def random_metrics(centre, rng):
    return with_metrics(centre, rng, absurd=False)


def missing_cells(centre, rng):
    """Metric values and survey answers that are not there."""
    changed = {}
    for name in {"metrics", "strengths", "interests"} & set(centre.tables):
        table = centre.tables[name].copy()
        cells = centre.measured if name == "metrics" else items_of(name)
        for cell in cells:
            table[cell] = table[cell].astype(float).mask(rng.random(len(table)) < 0.15)
        changed[name] = table
    return centre.put(**changed)


def thin_records(centre, rng):
    """Some agents are missing from some tables."""
    changed = {}
    for name in (*BESIDE_METRICS, "wishes", "metrics"):
        if name in centre.tables and rng.random() < 0.5:
            table, gone = centre.tables[name], some(rng, centre.ids[::2])
            changed[name] = table[~table["agent_id"].isin(gone)]
    return centre.put(**changed)


def fewer_tables(centre, rng):
    optional = sorted(set(centre.tables) - {"agents"})
    return centre.without(*rng.permutation(optional)[: rng.integers(1, 4)])


def careless_answers(centre, rng):
    """Some answer everything alike, and fast."""
    changed = {}
    for name in {"strengths", "interests"} & set(centre.tables):
        table = centre.tables[name].copy()
        hit = rng.random(len(table)) < 0.3
        table.loc[hit, items_of(name)] = rng.integers(1, 6)
        table["seconds"] = np.where(hit, rng.integers(1, 400), table["seconds"].astype(float))
        changed[name] = table
    return centre.put(**changed)


def outward_interests(centre, rng):
    """Some are drawn to work that the centre does not have."""
    if "interests" not in centre.tables:
        return centre
    table = centre.tables["interests"].copy()
    hit = rng.random(len(table)) < 0.5
    instrument = DEFAULTS.questionnaires["interests"]
    for scale in instrument.scales.values():
        high = scale.attribute in {"creating", "analysing", "persuading"}
        for item in scale.items:
            top = high != (item in scale.reversed)
            table.loc[hit, item] = float(5 if top else 1) - float(rng.random() < 0.2) * (
                2 * top - 1
            )
    return centre.put(interests=table)


def any_wishes(centre, rng):
    """Each agent wishes anything of anything, on any day."""
    names = (*INSIDE, *OUTWARD, "outside", "step_back")
    rows = [
        (
            agent,
            name,
            str(rng.choice(WISHES)),
            AS_OF - timedelta(days=int(rng.integers(0, 90))),
        )
        for agent in centre.ids
        for name in rng.permutation(names)[: rng.integers(0, 8)]
    ]
    return centre.put(wishes=pd.DataFrame(rows, columns=["agent_id", "role", "wish", "on"]))


def earlier_runs(centre, rng):
    """Some agents were suggested anything, or would have been, in three runs before."""
    runs = [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    agents = centre.tables["agents"]
    here = dict(zip(agents["agent_id"], agents["current_role"], strict=True))
    told = [
        (agent, *_anything(rng, here[agent]), *_anything(rng, here[agent]), run)
        for agent in sorted(some(rng, centre.ids))
        for run in runs
    ]
    columns = ["direction", "target_role", "proposed_direction", "proposed_role", "as_of"]
    history = pd.DataFrame(told, columns=["agent_id", *columns])
    return centre.put(history=history)


def _anything(rng, here):
    """A direction and a target, whether or not they go together; often out, often stay."""
    if rng.random() < 0.5:
        return "out", str(rng.choice(OUTWARD))
    if rng.random() < 0.5:
        return "stay", here
    return str(rng.choice(("up", "sideways", "step_back"))), str(rng.choice(INSIDE))


def open_contests(centre, rng):
    states = ("shown", "contested", "human_replied", "agreed")
    rows = [
        (
            agent,
            "r1",
            str(rng.choice(states)),
            AS_OF - timedelta(days=int(rng.integers(0, 4))),
        )
        for agent in centre.ids
        for _ in range(rng.integers(0, 4))
    ]
    return centre.put(replies=pd.DataFrame(rows, columns=["agent_id", "run", "state", "on"]))


def newcomers(centre, rng):
    agents = centre.tables["agents"].copy()
    hit = rng.random(len(agents)) < 0.3
    agents.loc[hit, ["hired_on", "in_role_since"]] = AS_OF - timedelta(
        days=int(rng.integers(0, 300))
    )
    return centre.put(agents=agents)


def lonely_clients(centre, rng):
    """Some serve a client whom nobody else serves."""
    if "metrics" not in centre.tables:
        return centre
    table = centre.tables["metrics"].copy()
    for k, agent in enumerate(list(rng.permutation(centre.ids))[:3]):
        table.loc[table["agent_id"] == agent, "client_id"] = f"lonely-{k}"
    keys = ["agent_id", "client_id", "channel", "period"]
    return centre.put(metrics=table.drop_duplicates(keys))


def easy_policy(centre, rng):
    """Thresholds at which much more becomes possible."""
    policy = {
        "better_than_current": float(rng.uniform(0.3, 0.7)),
        "min_sufficiency": float(rng.uniform(0.05, 0.4)),
        "record": float(rng.uniform(0.0, 0.5)),
        "loss_ratio": {k: float(rng.uniform(0.3, 2.0)) for k in ("up", "sideways", "step_back")},
        "out": {
            "no_inside_fit": float(rng.uniform(0.3, 1.0)),
            "destination": float(rng.uniform(0.0, 0.7)),
            "coaching_gain": float(rng.uniform(0.0, 0.2)),
            "runs": int(rng.integers(0, 3)),
        },
    }
    return centre.configured(policy=policy)


def other_estimator(centre, rng):
    """Client effects by one of the two ways that are not the default."""
    evidence = {
        **centre.config.get("evidence", {}),
        "client_effects": rng.choice(ESTIMATORS).item(),
    }
    return centre.configured(evidence=evidence)


EDITS: tuple[Callable[[Centre, np.random.Generator], Centre], ...] = (
    absurd_metrics, random_metrics, missing_cells, thin_records, fewer_tables, careless_answers,
    outward_interests, any_wishes, earlier_runs, open_contests, newcomers, lonely_clients,
    easy_policy, other_estimator,
)  # fmt: skip


@st.composite
def centres(draw, *, always: tuple[Any, ...] = (), never: tuple[Any, ...] = ()) -> Centre:
    """A simulated centre with up to five edits; `always` come first."""
    centre = simulated(draw(st.sampled_from((30, 45))), draw(st.integers(0, 7)))
    chance = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(chance)
    free = [edit for edit in EDITS if edit not in never]
    edits = draw(st.lists(st.sampled_from(free), max_size=5, unique=True))
    for edit in (*always, *edits):
        centre = edit(centre, rng)
    names = tuple(edit.__name__ for edit in (*always, *edits))
    return replace(centre, made=(*centre.made, f"chance {chance}", *names))


def any_centre(**kwargs: Any) -> st.SearchStrategy[Centre]:
    """Mostly random centres, now and then an extreme one."""
    return st.one_of(
        centres(**kwargs), centres(**kwargs), st.sampled_from(list(extremes().values()))
    )
