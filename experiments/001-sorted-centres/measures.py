"""What is held against the truth of a simulated centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import rolefit as rf

if TYPE_CHECKING:
    from rolefit.simulate.centre import Simulated

Z90 = 1.6448536269514722
MOVES = ("up", "sideways", "step_back")
OTHERS = ("random", "within")
UNWANTED = ("no", "not_now")


@dataclass(frozen=True)
class Scored:
    """A simulated centre, its truth, and what rolefit said of it."""

    centre: Simulated
    config: rf.Config
    result: rf.Result
    others: dict[str, pd.DataFrame]
    """Effects by the other estimators."""

    @classmethod
    def of(cls, centre: Simulated) -> Scored:
        """Scores with the default estimator; takes only the effects of the others."""
        workspace = rf.Workspace(config=centre.config, **centre.tables)
        measured = {name: centre.tables[name] for name in ("agents", "metrics")}
        others = {}
        for name in OTHERS:
            config = {**centre.config, "evidence": {"client_effects": name}}
            others[name] = rf.score(rf.Workspace(config=config, **measured)).effects
        return cls(centre, workspace.config, rf.score(workspace), others)

    def truth(self, table: str, column: str, value: str) -> pd.DataFrame:
        """A long truth table as agents x column."""
        long = self.centre.truth[table].to_pandas()
        return long.pivot_table(index="agent_id", columns=column, values=value)


def measure(centre: Simulated) -> dict[str, float]:
    """Every measure of one centre; counts are plain numbers, so that seeds can be pooled."""
    scored = Scored.of(centre)
    return {**effects(scored), **coverage(scored), **suggestions(scored)}


def effects(scored: Scored) -> dict[str, float]:
    """Correlation with the true agent effect, mean over metrics, same agents for every way."""
    true = scored.truth("effects_truth", "metric", "effect")
    every = {"correlated": scored.result.effects, **scored.others}
    by_metric = {name: table.set_index(["metric", "agent_id"]) for name, table in every.items()}
    centred = client_centred(scored)
    rows = []
    for metric in true:
        told = {name: table.loc[metric] for name, table in by_metric.items()}
        both = told["correlated"].index[told["within"]["reliability"] > 0]
        real = true.loc[both, metric]
        sign = 1.0 if scored.config.metrics[metric].better == "higher" else -1.0
        row = {
            "raw": real.corr(sign * told["correlated"].loc[both, "raw"]),
            "centred": real.corr(sign * centred.loc[both, metric]),
        }
        for name, table in told.items():
            effect, se = table.loc[both, "effect"], table.loc[both, "se"]
            row |= {name: real.corr(effect), f"{name}_cover": covered(real, effect, se)}
        rows.append(row)
    return dict(pd.DataFrame(rows).mean())


def client_centred(scored: Scored) -> pd.DataFrame:
    """Volume-weighted mean distance from the client's mean, agents x metrics, in metric units."""
    rows = scored.centre.tables["metrics"].to_pandas()
    rules = scored.centre.config.get("applicability", [])
    barred = {(rule["metric"], rule["client"]) for rule in rules}
    columns = {}
    for metric in scored.truth("effects_truth", "metric", "effect"):
        away = {client for name, client in barred if name == metric}
        kept = rows[~rows["client_id"].isin(away) & rows[metric].notna()]
        weight = kept[scored.config.metrics[metric].volume]
        columns[metric] = _mean(
            kept[metric] - _mean(kept[metric], weight, kept["client_id"]).loc[
                kept["client_id"]
            ].to_numpy(),
            weight, kept["agent_id"],
        )  # fmt: skip
    return pd.DataFrame(columns)


def _mean(values: pd.Series, weight: pd.Series, by: pd.Series) -> pd.Series:
    """Weighted means by group."""
    return (values * weight).groupby(by).sum() / weight.groupby(by).sum()


def covered(true: pd.Series, mean: pd.Series, sd: pd.Series) -> float:
    """Share of truths inside the 90 % interval."""
    return float(((true - mean).abs() <= Z90 * sd).mean())


def coverage(scored: Scored) -> dict[str, float]:
    """Share of true attributes and true fits inside their 90 % intervals."""
    attributes = scored.centre.truth["agents_truth"].to_pandas().set_index("agent_id")
    told = scored.result.posterior.merge(
        attributes.melt(var_name="attribute", value_name="true", ignore_index=False).reset_index(),
        on=["agent_id", "attribute"],
    )
    fits = scored.result.fits
    real = true_fits(scored.config, attributes)
    wide = {
        name: fits.pivot_table(index="agent_id", columns="role", values=name)[list(real)]
        for name in ("low", "high")
    }
    real = real.loc[wide["low"].index]
    inside = (real >= wide["low"]) & (real <= wide["high"])
    roles = list(scored.config.inside_ids)
    return {
        "attributes_cover": covered(told["true"], told["mean"], told["sd"]),
        "fits_cover": float(inside[roles].to_numpy().mean()),
        "outward_cover": float(inside.drop(columns=roles).to_numpy().mean()),
    }


def true_fits(config: rf.Config, attributes: pd.DataFrame) -> pd.DataFrame:
    """True fit of everybody in every role: (1 - omega) can + omega want, from the config alone."""
    fits = {}
    for role, spec in config.roles.items():
        share = config.policy.want_weight if spec.demands else 1.0
        can, want = (_composite(attributes, asked) for asked in (spec.demands, spec.supplies))
        fits[role] = (1.0 - share) * can + share * want
    return pd.DataFrame(fits)


def _composite(attributes: pd.DataFrame, asked: dict[str, float]) -> pd.Series:
    """Weighted sum with weights of length one."""
    weights = pd.Series(asked, dtype=float)
    length = float(np.sqrt((weights**2).sum())) or 1.0
    return (attributes[list(weights.index)] * weights / length).sum(axis=1)


def suggestions(scored: Scored) -> dict[str, float]:
    """Counts and summed outcomes of what was suggested, and of what metrics alone would do."""
    told = scored.result.suggestions.set_index("agent_id")
    outcome = scored.truth("outcomes", "role", "outcome")
    wishes = scored.centre.tables["wishes"].to_pandas()
    unwanted = wishes[wishes["wish"].isin(UNWANTED)].set_index(["agent_id", "role"]).index
    moves = told[told["direction"].isin(MOVES)]
    pairs = pd.MultiIndex.from_arrays([moves.index, moves["target_role"]])
    up = moves[moves["direction"] == "up"]
    return {
        "moves": len(moves),
        "unwanted": int(pairs.isin(unwanted).sum()),
        "moves_outcome": float(placed(outcome, moves["target_role"]).sum()),
        "up": len(up),
        "up_outcome": float(placed(outcome, up["target_role"]).sum()),
        **metrics_only(scored, told, outcome, unwanted, len(up)),
        **leaving(scored, told),
    }


def placed(outcome: pd.DataFrame, role: pd.Series) -> pd.Series:
    """Outcome of each agent in one role."""
    return outcome.stack().loc[pd.MultiIndex.from_arrays([role.index, role])]  # noqa: PD013


def metrics_only(
    scored: Scored, told: pd.DataFrame, outcome: pd.DataFrame, unwanted: pd.Index, count: int
) -> dict[str, float]:
    """The best by raw metrics, as many as we suggest to move up, placed one rung higher.

    A ranking does not say in which of the higher roles: `mean` takes them all in turn,
    `hindsight` the one that turns out best.
    """
    level = {role: scored.config.roles[role].level for role in scored.config.inside_ids}
    higher = [role for role, rung in level.items() if rung == max(level.values())]
    below = told[~told["current_role"].isin(higher)]
    best = below.sort_values("metrics_only_percentile", ascending=False).index[:count]
    pairs = pd.MultiIndex.from_product([best, higher])
    return {
        "metrics_up_mean": float(outcome.loc[best, higher].mean(axis=1).sum()),
        "metrics_up_hindsight": float(outcome.loc[best, higher].max(axis=1).sum()),
        "metrics_up_unwanted": float(pairs.isin(unwanted).sum()) / len(higher),
    }


def leaving(scored: Scored, told: pd.DataFrame) -> dict[str, float]:
    """`out` by choice, and conversations: right where truly no inside role suits.

    `nowhere`: the true fit is below the bar in every inside role. `elsewhere`: the true fit in the
    destination named is above that in every inside role.
    """
    attributes = scored.centre.truth["agents_truth"].to_pandas().set_index("agent_id")
    fit = true_fits(scored.config, attributes).loc[told.index]
    inside = list(scored.config.inside_ids)
    bars = pd.Series({role: scored.config.roles[role].bar for role in inside})
    nowhere = (fit[inside] < bars).all(axis=1)
    chosen = told["gates"].map(
        lambda gates: any(gate["gate"] == "by_choice" and gate["passed"] for gate in gates)
    )
    out, ranked_out = told["direction"] == "out", told["metrics_only_direction"] == "out"
    talk = out & ~chosen
    named = placed(fit, told.loc[talk, "target_role"])
    elsewhere = named.to_numpy() > fit.loc[talk, inside].max(axis=1).to_numpy()
    return {
        "by_choice": int((out & chosen).sum()),
        "talks": int(talk.sum()),
        "talks_right": int((talk & nowhere).sum()),
        "talks_elsewhere": int(elsewhere.sum()),
        "nowhere": int(nowhere.sum()),
        "metrics_out": int(ranked_out.sum()),
        "metrics_out_right": int((ranked_out & nowhere).sum()),
    }
