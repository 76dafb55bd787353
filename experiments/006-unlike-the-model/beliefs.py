"""How near beliefs come to the truth of a centre, with default and with learned validities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

import rolefit as rf

if TYPE_CHECKING:
    from centre import Made

NORMAL_90 = 1.6448536


def beliefs(made: Made, learned: rf.Norms) -> pd.DataFrame:
    """One row an agent and attribute with evidence on it, under defaults and under learned ones.

    Args:
        made: a centre.
        learned: its norms.
    """
    both = {"default": replace(learned, validities=None), "learned": learned}
    config = made.workspace.config
    found = []
    for name, norms in both.items():
        table = rf.score(made.workspace, norms).posterior
        table = table[table["sufficiency"] > 0.0]
        row = made.theta.index.get_indexer(table["agent_id"])
        column = made.theta.columns.get_indexer(table["attribute"])
        truth = made.theta.to_numpy()[row, column]
        off = (table["mean"] - truth) / table["sd"]
        found.append(pd.DataFrame({
            "validities": name,
            "group": [config.attributes[d].group for d in table["attribute"]],
            "truth": truth, "mean": table["mean"], "squared": off**2,
            "covered": off.abs() <= NORMAL_90, "sufficiency": table["sufficiency"],
        }))  # fmt: skip
    return pd.concat(found)


def learned_beside_true(made: Made, learned: rf.Norms) -> pd.DataFrame:
    """One row a source: default, learned and true validity.

    Args:
        made: a centre.
        learned: its norms.
    """
    if learned.validities is None:
        raise AssertionError
    return pd.DataFrame([
        {"family": name.split("/")[0], "default": v.default, "learned": v.used, "se": v.se,
         "reason": v.reason, "true": made.validity[_as_drawn(name)]}
        for name, v in learned.validities.sources.items()
    ])  # fmt: skip


def _as_drawn(name: str) -> str:
    """The name a source was drawn under: all kinds of rater see alike here."""
    family, _, attribute = name.split("/")
    return f"ratings/ratings/{attribute}" if family == "ratings" else name


def summary(believed: pd.DataFrame) -> dict[str, str]:
    """Of many centres: mean squared z, coverage, correlation with the truth, both ways.

    Args:
        believed: rows of `beliefs`.

    Returns:
        `default -> learned`, by measure; mean squared z also by group of attributes, learned.
    """
    ways = dict(iter(believed.groupby("validities")))
    found: dict[str, str] = {}
    for title, measure in (
        ("mean z2", lambda rows: rows["squared"].mean()),
        ("cover 90 %", lambda rows: rows["covered"].mean()),
        ("correlation", lambda rows: rows["mean"].corr(rows["truth"])),
        ("sufficiency", lambda rows: rows["sufficiency"].mean()),
    ):
        found[title] = f"{measure(ways['default']):.3f} -> {measure(ways['learned']):.3f}"
    groups = ways["learned"].groupby("group")["squared"].mean()
    return (
        found
        | {f"z2 {group}s": f"{groups[group]:.3f}" for group in ("result", "interest")}
        | {"z2 capabilities": f"{groups['capability']:.3f}"}
    )
