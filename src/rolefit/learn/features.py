"""Named columns of numbers: what a model may read of moves or of people at risk of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolefit.fit import Profiles
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

MARGIN, FIT, FIT_SD, TENURE = "margin", "fit", "fit_sd", "tenure"


@dataclass(frozen=True)
class Features:
    """A matrix whose columns have names.

    | column | holds |
    |---|---|
    | `mean:ATTRIBUTE`, `sd:ATTRIBUTE` | posterior mean and sd, attribute sd |
    | `effect:METRIC` | context-adjusted effect, sd between agents, better is positive; 0 unseen |
    | `raw:METRIC` | raw metric, standardised, better is positive; 0 unseen |
    | `tenure` | log(1 + months since hired); 0 unknown |
    | `role:ROLE` | 1 for the role placed in, else 0 |
    | `fit`, `fit_sd`, `margin` | of the role placed in; margin = fit - bar |
    | `term:ATTRIBUTE` | weight of the role placed in x posterior mean; they sum to `fit` |
    | `ROLE*ATTRIBUTE` | posterior mean where placed in ROLE, else 0 |

    0 is the mean of the prior: it is what is believed of whom nothing is known.
    """

    names: tuple[str, ...]
    values: Floats
    """Rows x names."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.values)

    def pick(self, names: Iterable[str]) -> Floats:
        """The columns of some names, in their order.

        Example:
            >>> Features(("a", "b"), np.array([[1.0, 2.0]])).pick(["b"]).tolist()
            [[2.0]]
        """
        place = {name: k for k, name in enumerate(self.names)}
        return self.values[:, [place[name] for name in names]]

    def rows(self, index: Ints | Bools | slice) -> Features:
        """Some of the rows.

        Example:
            >>> Features(("a",), np.array([[1.0], [2.0]])).rows(np.array([1])).values.tolist()
            [[2.0]]
        """
        return Features(self.names, self.values[index])

    def beside(self, other: Features) -> Features:
        """These columns, then those of the same rows elsewhere."""
        return Features(self.names + other.names, np.hstack([self.values, other.values]))


def stacked(parts: Sequence[Features]) -> Features:
    """Rows one below another; all parts have the same columns.

    Example:
        >>> one = Features(("a",), np.ones((1, 1)))
        >>> len(stacked([one, one]))
        2
    """
    return Features(parts[0].names, np.vstack([part.values for part in parts]))


def of_roles(
    config: Config, means: Floats, sds: Floats, role: Ints, profiles: Profiles
) -> Features:
    """The columns that need a role: which it is, its fit, the terms, one block a role.

    Args:
        config: names of roles and attributes.
        means: posterior means, moves x attributes.
        sds: posterior sds, moves x attributes.
        role: position in `config.role_ids` of each move's role.
        profiles: of `config`.

    Returns:
        Features, one row a move.

    Limits:
        an outward destination has no bar: its margin is its fit.
    """
    roles = config.role_ids
    weights = profiles.weights[role]
    term = weights * means
    fit = term.sum(axis=1)
    bar = np.nan_to_num(profiles.bar)[role]
    one_hot = (role[:, None] == np.arange(len(roles))).astype(np.float64)
    sd = profiles.multiplier[role] * np.sqrt((weights**2 * sds**2).sum(axis=1))
    inside = [roles.index(name) for name in config.inside_ids]
    blocks = [one_hot[:, [k]] * means for k in inside]
    values = np.hstack([one_hot, np.column_stack([fit, sd, fit - bar]), term, *blocks])
    return Features(role_columns(config), values)


def role_columns(config: Config) -> tuple[str, ...]:
    """Names of the columns of `of_roles`, in order.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> role_columns(build_config({}))[:2]
        ('role:frontline', 'role:specialist')
    """
    attributes = config.attribute_ids
    return (
        *(f"role:{role}" for role in config.role_ids),
        FIT, FIT_SD, MARGIN,
        *(f"term:{attribute}" for attribute in attributes),
        *(block(role, attribute) for role in config.inside_ids for attribute in attributes),
    )  # fmt: skip


def block(role: str, attribute: str) -> str:
    """Name of the column that holds an attribute where somebody was placed in a role."""
    return f"{role}*{attribute}"


def person_columns(config: Config) -> tuple[str, ...]:
    """Names of the columns that need no role, in order.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> person_columns(build_config({}))[-1]
        'tenure'
    """
    return (
        *(f"mean:{name}" for name in config.attribute_ids),
        *(f"sd:{name}" for name in config.attribute_ids),
        *(f"effect:{name}" for name in config.metrics),
        *(f"raw:{name}" for name in config.metrics),
        TENURE,
    )
