"""Small simulated centres as plain tables, and centres at the edge of what one can be."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings

import rolefit as rf
from rolefit.schema.build import build_config
from rolefit.simulate.centre import simulate

if TYPE_CHECKING:
    import pandas as pd

DEFAULTS = build_config({})
INTERESTS = [name for name, spec in DEFAULTS.attributes.items() if spec.group == "interest"]
ABILITIES = [name for name in DEFAULTS.attributes if name not in INTERESTS]
INSIDE, OUTWARD = DEFAULTS.inside_ids, DEFAULTS.outward_ids
NO_HEALTH_CHECKS = list(HealthCheck)
RATED = ("coaching", "relationship", "client_knowledge", "quality")
"""Every rated attribute costs a REML fit; four of them show all that ratings can do."""
THOROUGH = "ROLEFIT_THOROUGH" in os.environ
TEACHING = ("agents", "metrics", "strengths", "interests", "contributions", "ratings")
"""Tables that norms are learned from."""
NORMS: dict[tuple[object, ...], tuple[rf.Norms, Centre]] = {}
KEPT = 6


def few(examples: int = 10) -> settings:
    """A handful of examples: every one of them is a whole centre, too dear to shrink.

    The suite draws a good third of them, the same ones every time; `make thorough` draws all, and
    others each time.
    """
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(
        max_examples=examples if THOROUGH else max(2, round(0.4 * examples)),
        derandomize=not THOROUGH, suppress_health_check=NO_HEALTH_CHECKS, phases=phases,
    )  # fmt: skip


@dataclass(frozen=True)
class Centre:
    """Input tables as pandas frames, and what goes into rolefit.toml."""

    config: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    made: tuple[str, ...] = ()
    """How it was made: a failure prints this alone."""

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 - hypothesis calls it
        printer.text(f"Centre({', '.join(self.made)})")

    def workspace(self) -> rf.Workspace:
        return rf.Workspace(self.config, **self.tables)

    def put(self, **tables: pd.DataFrame | None) -> Centre:
        """The same centre with other tables; None leaves one out."""
        chosen = {k: v for k, v in {**self.tables, **tables}.items() if v is not None}
        return replace(self, tables=chosen)

    def configured(self, **parts: Any) -> Centre:
        """The same centre with other parts of the config."""
        return replace(self, config={**self.config, **parts})

    def without(self, *tables: str) -> Centre:
        return self.put(**dict.fromkeys(tables))

    def of(self, agents: set[str]) -> Centre:
        """Only the rows of some agents, in every table."""
        return self.put(**{
            name: table[table["agent_id"].isin(agents)] for name, table in self.tables.items()
        })  # fmt: skip

    @property
    def ids(self) -> list[str]:
        return list(self.tables["agents"]["agent_id"])

    @property
    def measured(self) -> list[str]:
        """Metrics that have a column."""
        columns = self.tables["metrics"].columns if "metrics" in self.tables else ()
        return [metric for metric in DEFAULTS.metrics if metric in columns]


@lru_cache(maxsize=16)
def simulated(agents: int, seed: int) -> Centre:
    made = simulate(agents=agents, seed=seed)
    tables = {name: table.to_pandas() for name, table in made.tables.items()}
    ratings = tables["ratings"]
    tables["ratings"] = ratings[ratings["attribute"].isin(RATED)]
    config = {**made.config, "centre": {**made.config["centre"], "max_reject_share": 1.0}}
    return Centre(config, tables, (f"{agents} agents", f"seed {seed}"))


def items_of(survey: str) -> list[str]:
    scales = DEFAULTS.questionnaires[survey].scales.values()
    return [item for scale in scales for item in scale.items]


def extremes() -> dict[str, Centre]:
    """Centres at the edge of what a workspace can be."""
    whole = simulated(30, 0)
    metrics = whole.tables["metrics"]
    worst, best = metrics.copy(), metrics.copy()
    for metric in whole.measured:
        spec = DEFAULTS.metrics[metric]
        low, high = spec.range
        bad, good = (low, high) if spec.better == "higher" else (high, low)
        worst[metric], best[metric] = bad, good
    half = worst.copy()
    half.loc[half["agent_id"].isin(whole.ids[::2])] = best
    once = ["agent_id", "channel", "period"]
    only = {"agents": whole.tables["agents"]}
    named = {
        "only agents": Centre(whole.config, only),
        "only metrics": Centre(whole.config, {**only, "metrics": metrics}),
        "all at their worst": whole.put(metrics=worst),
        "half at their best": whole.put(metrics=half),
        "one agent": whole.of({whole.ids[0]}),
        "two agents": whole.of(set(whole.ids[:2])),
        "one client": whole.put(metrics=metrics.drop_duplicates(once).assign(client_id="one")),
    }  # fmt: skip
    return {name: replace(centre, made=(name,)) for name, centre in named.items()}


def told_by(centre: Centre, taught: Centre | None = None) -> rf.Result:
    """Scores a centre by the norms of another, learned once: for what norms have no part in."""
    of = taught or centre
    tables = tuple(id(of.tables.get(name)) for name in TEACHING)
    key = (*tables, json.dumps(of.config, sort_keys=True, default=str))
    if key not in NORMS:
        if len(NORMS) >= KEPT:
            NORMS.clear()
        # the tables are kept too, so that nothing else can get their id
        NORMS[key] = (rf.calibrate(of.workspace()), of)
    return rf.score(centre.workspace(), NORMS[key][0])
