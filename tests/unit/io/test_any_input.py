"""Whatever comes in: kept and rejected rows are all rows, and the order of rows does not matter."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import small_centre as centre
from rolefit.errors import RolefitError
from rolefit.io.workspace import Workspace, load
from rolefit.schema.tables import DIRECTIONS, WISHES

AGENTS = centre.agents(6)
agent_ids = st.sampled_from([*AGENTS["agent_id"], "A0001 ", "nobody", "", None])
numbers = st.sampled_from(
    ["1", "2.5", " 3 ", "-1", "1e9", "", None, "nan", "inf", "x", "1,5", "+2", "0", "0.5"]
)
days = st.sampled_from(["2026-05-01", "2026-05-02", "2026-02-30", "", None, "05/01/2026"])
periods = st.sampled_from(["2026-05", "2026-W20", "2026-05-01", "2026-W60", "", "May"])


def rows(**columns: st.SearchStrategy) -> st.SearchStrategy[pd.DataFrame]:
    records = st.lists(st.fixed_dictionaries(columns), max_size=14)
    return records.map(lambda found: pd.DataFrame(found, columns=list(columns), dtype=object))


TABLES = {
    "metrics": rows(
        agent_id=agent_ids, client_id=st.sampled_from(["a", "b", ""]), channel=st.just("voice"),
        period=periods, contacts=numbers, aht=numbers, fcr=numbers,
    ),
    "contributions": rows(
        agent_id=agent_ids, kind=st.sampled_from(["mentoring", "nonsense", ""]), on=days,
        quantity=numbers, opportunity=numbers,
    ),
    "ratings": rows(
        agent_id=agent_ids, attribute=st.sampled_from(["coaching", "charm"]),
        rater_id=st.sampled_from(["L1", "L2", ""]), rater_kind=st.sampled_from(["lead", "boss"]),
        value=numbers, on=days,
    ),
    "wishes": rows(
        agent_id=agent_ids, role=st.sampled_from(["mentor", "outside", "boss"]),
        wish=st.sampled_from([*WISHES, "maybe"]), on=days,
    ),
    "history": rows(
        agent_id=agent_ids, direction=st.sampled_from([*DIRECTIONS, "down"]),
        status=st.sampled_from(["firm", "sure"]), target_role=st.just("mentor"), as_of=days,
    ),
}  # fmt: skip
centres = st.fixed_dictionaries(TABLES)
orders = st.integers(0, 2**32 - 1)


def said(table) -> list[tuple]:
    """The rows of a table whatever their order, and whatever their numbers."""
    records = table.to_pylist()
    return sorted(
        (tuple(str(v) for k, v in record.items() if k != "row") for record in records),
    )


def shuffled(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    order = np.random.default_rng(seed).permutation(len(frame))
    return frame.iloc[order].reset_index(drop=True)


NEWEST = ("wishes", "history")
"""Of these the newest row of a key counts, and the others are not set aside."""


@given(centres)
def test_kept_and_rejected_are_all_rows(tables):
    checked = Workspace(agents=AGENTS, **tables)
    for table, frame in tables.items():
        count = checked.counts[table]
        assert count["rows"] == len(frame)
        assert count["kept"] + count["rejected"] == count["rows"]
        if table not in NEWEST:
            assert checked.inputs.present()[table].num_rows == count["kept"]


@given(centres)
def test_every_lost_row_has_its_reason(tables):
    checked = Workspace(agents=AGENTS, **tables)
    rejects = checked.rejects
    assert rejects["code"].ne("").all()
    assert rejects["message"].ne("").all()
    for table, frame in tables.items():
        of_table = rejects[rejects["table"] == table]
        assert of_table["row"].between(1, len(frame)).all()
        assert of_table["row"].nunique() >= checked.counts[table]["rejected"]


@given(centres)
def test_every_key_that_is_kept_is_kept_once(tables):
    kept = Workspace(agents=AGENTS, **tables).inputs
    keys = {
        "metrics": ["agent_id", "client_id", "channel", "period"],
        "ratings": ["agent_id", "attribute", "rater_id", "rater_kind", "on"],
        "wishes": ["agent_id", "role"],
        "history": ["agent_id", "as_of"],
    }
    for table, key in keys.items():
        assert not kept.present()[table].to_pandas().duplicated(key).any()


@given(centres, orders)
def test_the_order_of_rows_does_not_matter(tables, seed):
    """But for two runs of one day: a run is newer that stands further down."""
    runs = tables["history"]
    tables = {**tables, "history": runs[~runs.duplicated(["agent_id", "as_of"], keep=False)]}
    one = Workspace(agents=AGENTS, **tables)
    other = Workspace(
        agents=shuffled(AGENTS, seed), **{t: shuffled(f, seed) for t, f in tables.items()}
    )
    for table in tables:
        assert said(one.inputs.present()[table]) == said(other.inputs.present()[table])
    assert said(one.rejects_table) == said(other.rejects_table)
    assert one.config == other.config


@given(centres)
def test_files_and_frames_say_the_same(tables):
    with tempfile.TemporaryDirectory() as folder:
        from_files = load(centre.write(Path(folder), {"agents": AGENTS, **tables}))
    of_frames = Workspace(agents=AGENTS, **tables)
    blank = {t: int(f.replace("", None).isna().all(axis=1).sum()) for t, f in tables.items()}
    for table in tables:
        kept = from_files.inputs.present()[table]
        assert said(kept) == said(of_frames.inputs.present()[table])
        assert from_files.counts[table]["rows"] + blank[table] == of_frames.counts[table]["rows"]


cells = st.text(st.characters(codec="utf-8"), max_size=6)


@given(st.lists(st.lists(cells, max_size=5), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_any_text_is_read_or_refused_in_words(table, separator):
    with tempfile.TemporaryDirectory() as name:
        folder = centre.write(Path(name), {"agents": AGENTS})
        text = "\n".join(separator.join(row) for row in table)
        header = separator.join(["agent_id", "role", "wish", "on"])
        (folder / "wishes.csv").write_text(f"{header}\n{text}", "utf-8", newline="")
        try:
            checked = load(folder)
        except RolefitError as error:
            assert all(problem.code.startswith("RF2") for problem in error.problems)  # noqa: PT017
        else:
            assert centre.balanced(checked)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_in_words(content):
    with tempfile.TemporaryDirectory() as name:
        folder = centre.write(Path(name), {"agents": AGENTS})
        (folder / "metrics.csv").write_bytes(content)
        (folder / "history.parquet").write_bytes(content)
        try:
            load(folder)
        except RolefitError as error:
            assert {"history.parquet", "metrics.csv"} >= {p.place for p in error.problems}  # noqa: PT017
