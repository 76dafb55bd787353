"""Values of policies told from another policy's moves, beside the truth of simulated centres.

python experiments/015-policy-value/run.py [--store] [--seeds N]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from rolefit.errors import DataStoppedError
from rolefit.learn.policy_value import expected_outcomes, policy_value
from rolefit.learn.selection import role_propensities

sys.path.append(str(Path(__file__).parents[1]))
from pages import seed_by_seed
from past import ROLES, Past, draw

HERE = Path(__file__).parent


def policies(past: Past) -> dict[str, np.ndarray]:
    """Chance that each policy places each row at risk in each role."""
    margin = np.column_stack([role.pick(["margin"])[:, 0] for role in past.offered])
    raw = past.risk.features.pick(
        name for name in past.risk.features.names if name.startswith("raw:")
    ).mean(axis=1)
    n = len(margin)
    best = np.eye(len(ROLES))[margin.argmax(axis=1)]
    half = margin.max(axis=1) >= np.median(margin.max(axis=1))
    return {
        "everybody, any role": np.full((n, len(ROLES)), 1.0 / len(ROLES)),
        "everybody, best role by fit": best,
        "upper half by fit, best role": best * half[:, None],
        "upper half by raw metrics, any role": np.where(
            (raw >= np.median(raw))[:, None], np.full((n, len(ROLES)), 1.0 / len(ROLES)), 0.0
        ),
    }


def measure(settings: dict, seed: int) -> list[dict]:
    """One row a policy."""
    past = draw(settings["agents"], seed, settings["world"], placed=settings["placed"])
    names = [
        name
        for name in past.risk.features.names
        if name.startswith(("mean:", "effect:")) or name == "tenure"
    ]
    X, team = past.risk.features.pick(names), past.risk.team
    seen = np.nan_to_num(past.seen())
    chance = role_propensities(X, past.action, team, len(ROLES))
    expected = expected_outcomes(X, past.action, seen, team, len(ROLES))
    rows = []
    for name, policy in policies(past).items():
        true = (policy * past.true).sum() / policy.sum()
        matched = np.flatnonzero(past.action >= 0)
        weight = policy[matched, past.action[matched]]
        naive = (weight @ seen[matched]) / weight.sum()
        row = {"policy": name, "seed": seed, "true": true, "naive": naive}
        try:
            found = policy_value(policy, past.action, seen, chance, expected, team)
            row |= {
                "value": found.value, "effective": found.effective,
                "held": float(found.low <= true <= found.high), "length": found.high - found.low,
            }  # fmt: skip
        except DataStoppedError:
            row |= {"value": np.nan, "effective": np.nan, "held": np.nan, "length": np.nan}
        rows.append(row)
    return rows


def summed(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a policy: means over centres."""
    lines = []
    for name, part in rows.groupby("policy", sort=False):
        told = part[part["value"].notna()]
        lines.append({
            "policy": name, "centres": len(part), "refused": len(part) - len(told),
            "true value": f"{part['true'].mean():.3f}",
            "mean of matched moves": f"{(part['naive'] - part['true']).mean():+.3f}",
            "doubly robust": f"{(told['value'] - told['true']).mean():+.3f}",
            "rmse": f"{np.sqrt(((told['value'] - told['true']) ** 2).mean()):.3f}",
            "interval": f"{told['length'].mean():.3f}",
            "held": f"{int(told['held'].sum())} of {len(told)}",
            "effective moves": f"{told['effective'].mean():.0f}",
        })  # fmt: skip
    return pd.DataFrame(lines)


if __name__ == "__main__":
    seed_by_seed(HERE, __doc__, measure, summed)
