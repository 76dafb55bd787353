"""Scores simulated centres at several sorting strengths and prints how near the truth it came.

python experiments/001-sorted-centres/run.py [--store] [--no-inside-fit P]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

import pandas as pd
from measures import measure

from rolefit.simulate.centre import simulate

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown

HERE = Path(__file__).parent
BY = ["sorting", "clients_per_agent"]


def run(settings: dict) -> pd.DataFrame:
    """One row a centre."""
    rows = []
    for sorting in settings["sorting"]:
        for served in settings["clients_per_agent"]:
            for seed in settings["seeds"]:
                centre = simulate(
                    settings["agents"], seed, settings["world"],
                    sorting=sorting, clients_per_agent=served,
                )  # fmt: skip
                centre.config.update(settings.get("config", {}))
                key = {"sorting": sorting, "clients_per_agent": served, "seed": seed}
                rows.append({**key, **measure(centre)})
    return pd.DataFrame(rows)


def tables(rows: pd.DataFrame) -> str:
    """The three tables of the README."""
    mean, total = rows.groupby(BY).mean(), rows.groupby(BY).sum()
    named = {
        "raw mean": two(mean["raw"]),
        "client-centred": two(mean["centred"]),
        "random (cover)": with_cover(mean, "random"),
        "within (cover)": with_cover(mean, "within"),
        "correlated (cover)": with_cover(mean, "correlated"),
        "attributes cover": two(mean["attributes_cover"]),
        "fits cover": two(mean["fits_cover"]),
        "outward fits cover": two(mean["outward_cover"]),
    }
    up = total["up"]
    moved = {
        "moves": total["moves"].astype(int).astype(str),
        "unwanted": total["unwanted"].astype(int).astype(str),
        "outcome of moves": two(total["moves_outcome"] / total["moves"]),
        "up": up.astype(int).astype(str),
        "outcome of up": two(total["up_outcome"] / up),
        "best by metrics": two(total["metrics_up_mean"] / up),
        "the same, role by hindsight": two(total["metrics_up_hindsight"] / up),
        "of these unwanted": two(total["metrics_up_unwanted"] / up),
    }
    left = {
        "out by choice": total["by_choice"].astype(int).astype(str),
        "conversations": total["talks"].astype(int).astype(str),
        "no inside role suits": share(total["talks_right"], total["talks"]),
        "destination suits better": share(total["talks_elsewhere"], total["talks"]),
        "of all whom no role suits": share(total["talks_right"], total["nowhere"]),
        "out by metrics": total["metrics_out"].astype(int).astype(str),
        "of these no role suits": share(total["metrics_out_right"], total["metrics_out"]),
    }
    return "\n\n".join(
        markdown(pd.DataFrame(columns).reset_index()) for columns in (named, moved, left)
    )


def two(values: pd.Series) -> pd.Series:
    """Two decimals."""
    return values.map("{:.2f}".format)


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A share, or a dash where there was nobody."""
    return two(part / whole.where(whole > 0)).replace("nan", "-")


def with_cover(mean: pd.DataFrame, name: str) -> pd.Series:
    """Correlation and coverage in one cell."""
    return two(mean[name]) + " (" + two(mean[f"{name}_cover"]) + ")"


def main() -> None:
    """Runs what experiment.toml says, prints the tables, and keeps them in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the tables in README.md")
    parser.add_argument("--no-inside-fit", type=float, help="another policy.out.no_inside_fit")
    asked = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    if asked.no_inside_fit is not None:
        settings["config"] = {"policy": {"out": {"no_inside_fit": asked.no_inside_fit}}}
    made = tables(run(settings))
    print(made)
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
