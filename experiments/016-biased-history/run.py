"""What models learn of a history that preferred a group: who is rated above their true prospects.

python experiments/016-biased-history/run.py [--store] [--seeds N]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import logit, ndtr, ndtri

from rolefit.batch.moves import SUCCESS
from rolefit.learn.measures import auc
from rolefit.learn.models import MODELS, fit_model, predict_model
from rolefit.learn.selection import select_weights

sys.path.append(str(Path(__file__).parents[1]))
from pages import seed_by_seed
from past import Past, draw

HERE = Path(__file__).parent
EDGE = 1e-4


def recorded(past: Past, favour: float) -> np.ndarray:
    """Outcomes of the moves as they were written down: kinder to the group, by so many probits."""
    rows = past.risk.moved >= 0
    kind = np.zeros(len(past.moves))
    kind[past.risk.moved[rows]] = past.preferred[rows]
    outcome = np.clip(past.moves.outcome, EDGE, 1.0 - EDGE)
    return ndtr(ndtri(outcome) + favour * kind)


def weights(past: Past) -> np.ndarray:
    """Selection weights of the moves."""
    found = select_weights(past.risk.features.values, past.risk.placed, past.risk.team)
    rows = past.risk.moved >= 0
    weight = np.ones(len(past.moves))
    weight[past.risk.moved[rows]] = found.weight[rows]
    return weight


def excess(chance: np.ndarray, past: Past) -> float:
    """Log odds by which the group is rated above others of the same true outcome.

    The coefficient of the group in a regression of log odds on the probit of the true outcome and
    the group, all pairs of people at risk and roles.
    """
    true = ndtri(np.clip(past.true.ravel(), EDGE, 1.0 - EDGE))
    group = np.repeat(past.preferred, past.true.shape[1]).astype(float)
    design = np.column_stack([np.ones(len(true)), true, group])
    return float(np.linalg.lstsq(design, logit(chance.ravel()), rcond=None)[0][2])


def measure(settings: dict, seed: int) -> list[dict]:
    """One row a model, way of writing down, and way of weighing."""
    past = draw(settings["agents"], seed, "biased_history", placed=settings["placed"])
    moves, rows = past.moves, []
    ways = {"": np.ones(len(moves)), " (selection weights)": weights(past)}
    for favour in settings["favours"]:
        outcome = recorded(past, favour)
        for name in settings["models"]:
            for label, weight in ways.items():
                spec = MODELS[name]
                if label and name == "profile":
                    continue
                model = fit_model(
                    spec, moves.config, moves.features, outcome >= SUCCESS,
                    outcome=outcome, weight=weight, groups=moves.team,
                )  # fmt: skip
                chance = np.column_stack([
                    predict_model(spec, moves.config, model, role) for role in past.offered
                ])  # fmt: skip
                rows.append({
                    "favour": favour, "model": spec.label + label, "seed": seed,
                    "auc": auc((past.true.ravel() >= SUCCESS).astype(float), chance.ravel()),
                    "excess": excess(chance, past),
                })  # fmt: skip
    return rows


def summed(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a model: mean over centres, with the standard error of the excess."""
    lines = []
    for (favour, model), part in rows.groupby(["favour", "model"], sort=False):
        error = part["excess"].std() / np.sqrt(len(part))
        lines.append({
            "written down kinder by": f"{favour:g}", "model": model,
            "AUC, true outcomes": f"{part['auc'].mean():.3f}",
            "rated above their true prospects": f"{part['excess'].mean():+.3f}",
            "error": f"{error:.3f}",
        })  # fmt: skip
    return pd.DataFrame(lines)


if __name__ == "__main__":
    seed_by_seed(HERE, __doc__, measure, summed)
