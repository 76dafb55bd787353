"""People-analytics data through the same learners, beside plain rivals, and prints the tables.

python experiments/017-people-analytics/run.py [--store] [--sets A,B] [--repeats N]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rolefit.learn.elastic_net import ElasticNetLogistic
from rolefit.learn.logit import clipped
from rolefit.learn.measures import auc, ece, log_loss
from rolefit.learn.metrics_only import PlainLogistic
from rolefit.learn.rivals import additive_boosting, boosting

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown
from tables import data_sets

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
FOLDS = 5


def learners(names: list[str]) -> dict[str, Callable[[], object]]:
    """Label -> how to build it; settings are those of the library, or of the rival's makers."""
    return {
        "sklearn logistic regression": _plain,
        "LightGBM": partial(LGBMClassifier, verbose=-1, n_jobs=1, random_state=0),
        "rolefit: logistic, standardised": PlainLogistic,
        "rolefit: elastic net": ElasticNetLogistic,
        "rolefit: explainable boosting, additive": partial(additive_boosting, names),
        "rolefit: boosted trees": partial(boosting, [0] * len(names)),
    }


def _plain() -> object:
    """As in any tutorial."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))


def held_out(build: Callable[[], object], X: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """P of every row, by a model that did not see its fold."""
    found = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(X, y):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # LightGBM asks for column names
            model = build().fit(X[train], y[train])
            found[test] = model.predict_proba(X[test])[:, 1]
    return clipped(found)


def measured(name: str, repeats: int) -> pd.DataFrame:
    """One row a learner: mean and sd over repeats of measures on all held-out rows."""
    table, target = data_sets()[name]
    X, y = table.to_numpy(), target.to_numpy()
    rows = []
    for label, build in learners(list(table)).items():
        chances = [held_out(build, X, y, seed) for seed in range(repeats)]
        by = {
            measure.__name__: [measure(y.astype(float), chance) for chance in chances]
            for measure in (auc, ece, log_loss)
        }
        rows.append({
            "data": name, "n": len(y), "learner": label,
            "AUC": f"{np.mean(by['auc']):.3f}", "sd": f"{np.std(by['auc']):.3f}",
            "ECE": f"{np.mean(by['ece']):.3f}", "log loss": f"{np.mean(by['log_loss']):.3f}",
        })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Prints the table, and stores it on demand."""
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--sets", default=",".join(settings["sets"]))
    parser.add_argument("--repeats", type=int, default=settings["repeats"])
    asked = parser.parse_args()
    there = data_sets()
    chosen = [name for name in asked.sets.split(",") if name in there]
    found = []
    for name in chosen:
        found.append(measured(name, asked.repeats))
        print(markdown(found[-1]), flush=True)
    made = markdown(pd.concat(found))
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
