"""Survey answers for tests: instruments, tables, and people who answer honestly or not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from rolefit.evidence.scales import item_ids
from rolefit.schema.build import build_config
from rolefit.schema.surveys import Instrument


def instrument_of(scales, *, reversed_items=(), low=1.0, high=5.0, norms=None, kind="strengths"):
    """An instrument whose scales are given as {attribute: [items]}."""
    return Instrument.model_validate({
        "instrument": {"id": "test", "kind": kind, "min": low, "max": high},
        "scales": {
            name: {
                "attribute": name,
                "items": items,
                "reversed": [item for item in items if item in reversed_items],
            }
            for name, items in scales.items()
        },
        "norms": norms or {},
    })  # fmt: skip


def config_for(instrument, **evidence):
    """The built-in config with the attributes of an instrument and other evidence settings."""
    group = "interest" if instrument.instrument.kind == "interests" else "capability"
    attributes = {
        scale.attribute: {"label": scale.attribute, "group": group}
        for scale in instrument.scales.values()
    }
    return build_config({"attributes": attributes, "evidence": evidence})


def table_of(instrument, answers, **more):
    """A survey table; NaN = not answered; agents are a0, a1, ..."""
    items = {
        item: pa.array(answers[:, k], from_pandas=True)
        for k, item in enumerate(item_ids(instrument))
    }
    return pa.table({"agent_id": [f"a{row}" for row in range(len(answers))], **more, **items})


def agents_of(table):
    """The agents table of exactly the agents who answered."""
    return table.select(["agent_id"])


def honest_answers(instrument, people, seed, *, missing=0.01):
    """Answers in five steps from correlated true scores, with response style; and the truth."""
    rng = np.random.default_rng(seed)
    items = {item: k for k, item in enumerate(item_ids(instrument))}
    true = np.sqrt(0.3) * rng.normal(size=(people, 1))
    true = true + np.sqrt(0.7) * rng.normal(size=(people, len(instrument.scales)))
    style = 0.2 * rng.normal(size=people)
    answers = np.empty((people, len(items)))
    for s, scale in enumerate(instrument.scales.values()):
        for item in scale.items:
            sign = -1.0 if item in scale.reversed else 1.0
            latent = sign * (0.65 * true[:, s] + rng.normal(0.4, 0.35)) + style
            noisy = latent + 0.76 * rng.normal(size=people)
            answers[:, items[item]] = np.clip(np.round(3.0 + noisy), 1.0, 5.0)
    answers[rng.random(answers.shape) < missing] = np.nan
    return answers, true
