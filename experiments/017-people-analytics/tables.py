"""The data sets of this experiment: a table of columns, and who left, was promoted or did well."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import peopleanalyticsdata

IBM = Path(__file__).parents[3] / "shared" / "data" / "ibm_attrition" / "modeldata_attrition.csv"
FOUR = ["Low", "Medium", "High", "Very_High"]
LEVELS = {
    "Education": ["Below_College", "College", "Bachelor", "Master", "Doctor"],
    "WorkLifeBalance": ["Bad", "Good", "Better", "Best"],
    "BusinessTravel": ["Non-Travel", "Travel_Rarely", "Travel_Frequently"],
    "PerformanceRating": ["Excellent", "Outstanding"],
    "EnvironmentSatisfaction": FOUR,
    "JobInvolvement": FOUR,
    "JobSatisfaction": FOUR,
    "RelationshipSatisfaction": FOUR,
    "level": ["Low", "Medium", "High"],
}
"""Columns of words that have an order."""


def data_sets() -> dict[str, tuple[pd.DataFrame, pd.Series]]:
    """Name -> columns of numbers, and 1 or 0; `ibm_attrition` where it lies beside the repository.

    A word with an order becomes its place, one without becomes a column a word. Of `managers` it is
    asked who is in the bottom group.
    """
    data = peopleanalyticsdata
    managers = data.managers().drop(columns="employee_id")
    managers["bottom"] = (managers.pop("performance_group") == "Bottom").astype(int)
    sets = {
        "salespeople": (data.salespeople().dropna(), "promoted"),
        "promotion": (data.promotion(), "promoted"),
        "job_retention": (data.job_retention().drop(columns="month"), "left"),
        "managers": (managers, "bottom"),
    }
    if IBM.exists():
        table = pd.read_csv(IBM)
        table["left"] = (table.pop("Attrition") == "Yes").astype(int)
        sets["ibm_attrition"] = (table, "left")
    return {name: _coded(table, target) for name, (table, target) in sets.items()}


def _coded(table: pd.DataFrame, target: str) -> tuple[pd.DataFrame, pd.Series]:
    """Columns of numbers, and the target."""
    columns = table.drop(columns=target)
    for name, levels in LEVELS.items():
        if name in columns:
            columns[name] = columns[name].map({level: k for k, level in enumerate(levels)})
    words = [name for name in columns if not pd.api.types.is_numeric_dtype(columns[name])]
    return pd.get_dummies(columns, columns=words).astype(float), table[target].astype(int)
