"""A model card for people: what it is, what it rests on, how good it is, when not to believe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolefit.judging.contest import SPLIT_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.judging.promotion import Verdict
    from rolefit.judging.standing import Standing

MEASURES = ("auc", "brier", "ece", "calibration_slope")
SHOWN = ("profile", "prior_centred", "metrics_only")
CARD = """# Learned profile

**What it is.** The role profiles of {centre}, drawn from what people stated towards what {moves}
past moves showed ({successes} went well, {teams} teams). Weights are never below 0, and what few
moves say is hardly heard.

**What it is for.** `rolefit score --model` with this folder. Every gate stays: a move needs
evidence beside metrics, and the agent's own wish.

**The rule of promotion {holds}.**

{conditions}

**How good is it?** Judged on moves that it had not seen, with 95 % intervals (teams drawn).

{measures}

**Weights.** Share in the fit, stated beside learned.

{weights}

**Limits.** Outcomes are known only of those who were moved, and whoever moved them had reasons: the
weights carry what those reasons were blind to. A fit is a chance, and no promise.{notes}

**Fairness.** Learning reads no group membership. Past moves may have favoured some all the same,
and then so do the weights: look before you rely on them.

**Rests on.** rolefit {rolefit}, config `{config}`, {inputs}.
"""


def learned_card(
    centre: str,
    record: dict[str, Any],
    standings: Sequence[Standing],
    verdict: Verdict,
    weights: Sequence[dict[str, Any]],
    notes: Sequence[str] = (),
) -> str:
    """The card of learned weights, as Markdown.

    Args:
        centre: whose past moves taught them.
        record: counts and hashes of the tables behind them.
        standings: of `judging.standing.stand`.
        verdict: of the rule of promotion.
        weights: stated and learned, of `judging.beside.beside`.
        notes: what was left out.
    """
    return CARD.format(
        centre=centre, **record,
        holds="holds" if verdict.promoted else "does not hold",
        conditions="\n".join(
            f"- {one.told}: {'yes' if one.held else 'no'}" for one in verdict.conditions
        ),
        measures="\n".join(_measures(standings)),
        weights="\n".join(_weights(weights)),
        notes="".join(f" {note[:1].upper()}{note[1:]}." for note in notes),
        config=record["config_hash"][:12],
        inputs=", ".join(f"{k} `{v[:12]}`" for k, v in sorted(record["input_hashes"].items())),
    )  # fmt: skip


def _measures(standings: Sequence[Standing]) -> list[str]:
    """The learned profile beside the stated one."""
    lines = [f"| split | model | {' | '.join(MEASURES)} |", "| --- " * (2 + len(MEASURES)) + "|"]
    lines += [
        f"| {SPLIT_WORDS[one.split]} | {one.label} | "
        + " | ".join(
            f"{m.value:.3f} ({m.low:.3f}-{m.high:.3f})"
            for m in map(one.measures.get, MEASURES)
            if m
        )
        + " |"
        for one in standings
        if one.model in SHOWN
    ]
    return lines


def _weights(weights: Sequence[dict[str, Any]]) -> list[str]:
    """One row a role x attribute."""
    return [
        "| role | attribute | stated | learned |", "| --- | --- | --- | --- |",
        *(f"| {row['role']} | {row['attribute']} | {row['stated']:.2f} | {row['learned']:.2f} |"
          for row in weights),
    ]  # fmt: skip
