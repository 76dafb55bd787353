"""Compares graded response scores with means, and omega with alpha, on simulated and real answers.

pip install mirt
python experiments/005-graded-response/run.py
"""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import mirt
import numpy as np
import pandas as pd

from rolefit.evidence.omega import omega_total
from rolefit.evidence.scales import PairSums, cronbach_alpha

FILE = tomllib.loads(Path(__file__).with_name("experiment.toml").read_text("utf-8"))
SPEC, WORLDS = FILE["experiment"], FILE["world"]
SCALES = {
    "agree": ["-A1", "A2", "A3", "A4", "A5"],
    "conscientious": ["C1", "C2", "C3", "-C4", "-C5"],
    "extraversion": ["-E1", "-E2", "E3", "E4", "E5"],
    "neuroticism": ["N1", "N2", "N3", "N4", "N5"],
    "openness": ["O1", "-O2", "O3", "O4", "-O5"],
}
KEPT = 3


def answer(world: dict, true: np.ndarray, ease: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Answers in five steps: a normal trait behind thresholds, the graded response model itself."""
    noise = 0.76 * rng.normal(size=(len(true), len(ease)))
    latent = np.array(world["loadings"]) * true[:, None] + ease + noise
    return np.clip(np.round(3.0 + latent), 1.0, 5.0)


def graded_scores(known: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    """Expected trait of fresh people by a graded response model fitted to known ones."""
    both = np.vstack([known, fresh])
    for item in both.T:  # steps nobody took are left out, so that categories run on from 0
        seen = ~np.isnan(item)
        item[seen] = np.searchsorted(np.unique(item[seen]), item[seen])
    coded = np.where(np.isnan(both), -1, both).astype(int)
    fitted = mirt.fit_mirt(coded[: len(known)], model="GRM", compute_standard_errors=False)
    return np.asarray(mirt.fscores(fitted, coded[len(known) :], method="EAP").theta).ravel()


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Over the people who have both."""
    both = ~(np.isnan(left) | np.isnan(right))
    return float(np.corrcoef(left[both], right[both])[0, 1])


def simulated() -> pd.DataFrame:
    """Correlation of both scores with the true score, of people the model was not fitted to."""
    rows = []
    for world in WORLDS:
        for people in SPEC["people"]:
            found = []
            for seed in SPEC["seeds"]:
                rng = np.random.default_rng([seed, people])
                ease = rng.normal(world["ease"], 0.35, len(world["loadings"]))
                true = rng.normal(size=people + 5000)
                given = answer(world, true, ease, rng)
                fresh, target = given[people:], true[people:]
                graded = graded_scores(given[:people], fresh)
                found.append((correlation(fresh.mean(1), target), correlation(graded, target)))
            mean, graded = np.mean(found, axis=0)
            rows.append({
                "answers": world["name"], "fitted to": people, "mean score": mean,
                "graded response": graded, "gain": graded - mean,
            })  # fmt: skip
    return pd.DataFrame(rows)


def real() -> pd.DataFrame:
    """Three items of a scale foretell the mean of the other two, in people not fitted to."""
    table = pd.read_csv(SPEC["answers"])
    order = np.random.default_rng(1).permutation(len(table))
    known, fresh = order[: len(order) // 2], order[len(order) // 2 :]
    rows = []
    for name, keys in SCALES.items():
        given = np.column_stack([7 - table[k[1:]] if k[0] == "-" else table[k] for k in keys])
        found = []
        for kept in combinations(range(len(keys)), KEPT):
            rest = np.delete(np.arange(len(keys)), kept)
            target = given[fresh][:, rest].mean(axis=1)
            complete = ~np.isnan(given[fresh][:, kept]).any(axis=1)
            target = np.where(complete, target, np.nan)
            graded = graded_scores(given[known][:, kept], given[fresh][:, kept])
            mean = given[fresh][:, kept].mean(axis=1)
            found.append((correlation(mean, target), correlation(graded, target)))
        mean, graded = np.mean(found, axis=0)
        rows.append({"scale": name, "mean score": mean, "graded response": graded,
                     "gain": graded - mean})  # fmt: skip
    return pd.DataFrame(rows)


def reliability() -> pd.DataFrame:
    """Alpha and omega against the correlation of two answers of the same people."""
    rows = []
    for world in WORLDS:
        for people in SPEC["norm_groups"]:
            found = []
            for seed in range(SPEC["omega_seeds"]):
                rng = np.random.default_rng([seed, people])
                ease = np.full(len(world["loadings"]), world["ease"])
                given = answer(world, rng.normal(size=people), ease, rng)
                omega = omega_total(PairSums.of(given).covariance(), people).omega
                found.append((cronbach_alpha(given), np.nan if omega is None else omega))
            rng = np.random.default_rng(0)
            true = rng.normal(size=SPEC["retest"])
            twice = [answer(world, true, ease, rng).mean(axis=1) for _ in range(2)]
            off = np.array(found) - correlation(*twice)
            rows.append({
                "answers": world["name"], "people": people, "reliability": correlation(*twice),
                "alpha off": np.nanmean(off[:, 0]), "omega off": np.nanmean(off[:, 1]),
                "alpha rmse": np.sqrt(np.nanmean(off[:, 0] ** 2)),
                "omega rmse": np.sqrt(np.nanmean(off[:, 1] ** 2)),
                "no omega": np.isnan(off[:, 1]).mean(),
            })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Prints the tables of the README."""
    for table in (simulated(), real(), reliability()):
        print(table.round(3).to_string(index=False), end="\n\n")


if __name__ == "__main__":
    main()
