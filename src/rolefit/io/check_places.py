"""Rules about places that are not in the data: a rule nobody's row matches leaves nothing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from rolefit.schema.metrics import ApplicabilityRule

COLUMNS = {"client": "client_id", "channel": "channel"}


def idle_rules(
    rules: Sequence[ApplicabilityRule], metrics: pa.Table | None, file: str
) -> tuple[str, ...]:
    """What is worth saying of applicability rules that match no row, one line a rule.

    Args:
        rules: of the config, in its order.
        metrics: checked metrics table, or None.
        file: where the metrics come from, for the words.

    Returns:
        sentences; empty without a metrics table or where every rule matches a row.

    Limits:
        a name that is wrong but is another client's own is not found out.

    Example:
        >>> import pyarrow as pa
        >>> from datetime import date
        >>> from rolefit.schema.metrics import ApplicabilityRule
        >>> rows = pa.table({"client_id": ["metro-parcel"], "channel": ["voice"]})
        >>> said = {"applies": False, "reason": "r", "decided_by": "ops", "on": date.min}
        >>> rule = ApplicabilityRule(metric="aht", client="metro-parcl", **said)
        >>> idle_rules([rule], rows, "metrics.csv")[0].split(": ")[-1]
        "metrics.csv has no client 'metro-parcl'; did you mean 'metro-parcel'?"
    """
    if metrics is None or not metrics.num_rows:
        return ()
    pairs = metrics.select(list(COLUMNS.values())).group_by(list(COLUMNS.values())).aggregate([])
    served = [tuple(pair.values()) for pair in pairs.to_pylist()]
    return tuple(
        f"[[applicability]] rule {number}, {rule.metric}: it matches no row, so it changes "
        f"nothing: {why}"
        for number, rule in enumerate(rules, 1)
        for why in _why_idle(rule, served, file)
    )


def _why_idle(
    rule: ApplicabilityRule, served: Sequence[tuple[str | None, str | None]], file: str
) -> Iterator[str]:
    """Why a rule matches no row; nothing where it matches one."""
    asked = (rule.client, rule.channel)
    if any(all(a in (None, b) for a, b in zip(asked, pair, strict=True)) for pair in served):
        return
    missing = []
    for kind, name, known in zip(COLUMNS, asked, zip(*served, strict=True), strict=True):
        names = sorted({one for one in known if one is not None})
        if name is not None and name not in names:
            guess = did_you_mean(name, names)
            missing.append(f"no {kind} '{name}'" + (f"; {guess}" if guess else ""))
    if missing:
        told = " and ".join(missing)
        yield f"{file} has {told}" + ("" if told.endswith("?") else ".")
    else:
        yield f"{file} has client '{rule.client}' and channel '{rule.channel}', but never together."
