"""What is believed of every agent as of a day, as the columns that models read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit import engine
from rolefit.evidence.dates import months_before
from rolefit.learn.features import Features, person_columns
from rolefit.posterior import believe

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.evidence.metrics import Effects
    from rolefit.norms import Norms
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs


def person_features(inputs: Inputs, config: Config) -> Features:
    """The columns that need no role, one row an agent.

    Norms are learned from the same tables, so nothing later than `centre.as_of` speaks through
    them either.

    Args:
        inputs: tables cut off at a day.
        config: with `centre.as_of` the day before.

    Returns:
        Features with the names of `person_columns(config)`.
    """
    agents = inputs.agents.num_rows
    norms = engine.calibrate(inputs, config)
    heard = engine.hear(inputs, config, norms)
    belief = believe(heard.evidence, agents=agents, attributes=len(config.attribute_ids))
    effects = heard.effects
    adjusted = _spread(effects, effects.effect, config, agents)
    raw = _spread(effects, _raw_z(effects, norms, config), config, agents)
    sd = np.sqrt(belief.variance)
    values = np.hstack([belief.mean, sd, adjusted, raw, _tenure(inputs.agents, config)])
    return Features(person_columns(config), values)


def _spread(effects: Effects, values: Floats, config: Config, agents: int) -> Floats:
    """Agents x metrics of the config; 0 where somebody was not measured."""
    names = list(config.metrics)
    column = np.array([names.index(name) for name in effects.metrics], np.int64)
    wide = np.zeros((agents, len(names)))
    wide[effects.agent, column[effects.metric]] = np.nan_to_num(values)
    return wide


def _raw_z(effects: Effects, norms: Norms, config: Config) -> Floats:
    """Raw metrics in sd of the population, better is positive; 0 where all have the same."""
    names, of = effects.metrics, norms.metrics
    better = [1.0 if config.metrics[name].better == "higher" else -1.0 for name in names]
    mean, sd = np.array([(of[name].raw_mean, of[name].raw_sd) for name in names]).reshape(-1, 2).T
    scale = np.divide(better, sd, out=np.zeros(len(sd)), where=sd > 0)
    z: Floats = scale[effects.metric] * (effects.raw - mean[effects.metric])
    return z


def _tenure(agents: pa.Table, config: Config) -> Floats:
    """log(1 + months since hired), one column; 0 where nobody wrote down when."""
    months = months_before(agents["hired_on"], engine.today(config))
    return np.log1p(np.maximum(np.nan_to_num(months), 0.0))[:, None]
