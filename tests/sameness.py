"""Whether two runs say the same: exactly, or within a tolerance whatever the order of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    import rolefit as rf

KEYS = {
    "suggestions": ("agent_id",),
    "fits": ("agent_id", "role"),
    "terms": ("agent_id", "role", "attribute", "family"),
    "posterior": ("agent_id", "attribute"),
    "evidence": ("agent_id", "attribute", "family", "source"),
    "effects": ("agent_id", "metric"),
    "leaderboard": ("agent_id",),
    "rejects": ("table", "file", "row", "column", "code"),
}
OF_AGENTS = tuple(name for name in KEYS if name != "rejects")


def ordered(name: str, table: pa.Table) -> pa.Table:
    """Rows in the order of their key."""
    return table.sort_by([(column, "ascending") for column in KEYS[name]]).combine_chunks()


def close(left: Any, right: Any, within: float) -> bool:
    """Equal, numbers up to a tolerance (absolute below 1, relative above), lists and dicts deep."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right or abs(left - right) <= within * max(1.0, abs(left))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(close(left[k], right[k], within) for k in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(
            close(a, b, within) for a, b in zip(left, right, strict=True)
        )
    return left == right


def assert_same(
    left: rf.Result,
    right: rf.Result,
    *,
    within: float = 0.0,
    tables: Iterable[str] = OF_AGENTS,
    but: Iterable[str] = (),
) -> None:
    """Every cell of every table the same; `but` names columns to leave out, as table.column."""
    for name in tables:
        if name in left.tables or name in right.tables:
            assert_same_table(name, left.tables[name], right.tables[name], within=within, but=but)


def assert_same_table(
    name: str, left: pa.Table, right: pa.Table, *, within: float = 0.0, but: Iterable[str] = ()
) -> None:
    """The same for one table."""
    left, right = ordered(name, left), ordered(name, right)
    assert left.num_rows == right.num_rows, name
    for column in left.column_names:
        if f"{name}.{column}" in but or left[column].equals(right[column]):
            continue
        for k, (one, other) in enumerate(
            zip(left[column].to_pylist(), right[column].to_pylist(), strict=True)
        ):
            key = [left[c][k].as_py() for c in KEYS[name]]
            assert close(one, other, within), f"{name}.{column} of {key}: {one} != {other}"
