"""A flawless centre: everything is kept, in the contract's types, whatever it came in as."""

from __future__ import annotations

from datetime import date

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import small_centre as centre
from rolefit.io.workspace import Workspace, load
from rolefit.schema.tables import (
    AGENTS,
    CONTRIBUTIONS,
    HISTORY,
    METRIC_KEYS,
    PLACEMENTS,
    RATINGS,
    REPLIES,
    SURVEY_KEYS,
    WISH_ROWS,
)

PLAIN = {
    "agents": AGENTS, "contributions": CONTRIBUTIONS, "ratings": RATINGS, "wishes": WISH_ROWS,
    "history": HISTORY, "placements": PLACEMENTS, "replies": REPLIES,
}  # fmt: skip


def arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame)


@pytest.fixture(scope="module")
def from_csv(tmp_path_factory):
    return load(centre.write(tmp_path_factory.mktemp("csv") / "ws", centre.tables()))


def test_every_row_is_kept(from_csv):
    assert from_csv.rejects_table.num_rows == 0
    assert not from_csv.stopped
    sizes = {name: len(frame) for name, frame in centre.tables().items()}
    assert {name: count["kept"] for name, count in from_csv.counts.items()} == sizes


@pytest.mark.parametrize("table", PLAIN)
def test_tables_have_the_columns_and_types_of_the_contract(from_csv, table):
    assert from_csv.inputs.present()[table].schema.equals(PLAIN[table])


def test_metrics_have_keys_then_the_numbers_of_the_file(from_csv):
    numbers = [(name, pa.float64()) for name in ("contacts", "aht", "fcr")]
    assert from_csv.inputs.metrics.schema.equals(
        pa.schema([*METRIC_KEYS, *map(pa.field, *zip(*numbers, strict=True))])
    )


def test_surveys_have_keys_then_the_items(from_csv):
    fields = [*SURVEY_KEYS, *(pa.field(item, pa.float64()) for item in centre.items("interests"))]
    assert from_csv.inputs.interests.schema.equals(pa.schema(fields))


def test_values_arrive_as_they_were(from_csv):
    given, read = centre.metrics(), from_csv.inputs.metrics.to_pandas()
    assert read["aht"].tolist() == given["aht"].tolist()
    assert read["period"].tolist() == given["period"].tolist()
    assert from_csv.inputs.agents["hired_on"][0].as_py() == date(2021, 3, 1)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.from_pandas, arrow], ids=lambda f: f.__name__)
def test_frames_say_the_same_as_files(from_csv, make):
    given = {name: make(frame) for name, frame in centre.tables().items()}
    checked = Workspace(**given)
    for name, table in from_csv.inputs.present().items():
        assert checked.inputs.present()[name].equals(table), name


def test_parquet_says_the_same_as_csv(from_csv, tmp_path):
    folder = centre.write(tmp_path / "ws", {})
    for name, frame in centre.tables().items():
        pq.write_table(arrow(frame), folder / f"{name}.parquet")
    checked = load(folder)
    for name, table in from_csv.inputs.present().items():
        assert checked.inputs.present()[name].equals(table), name


def test_only_a_config_and_agents_are_required(tmp_path):
    checked = load(centre.write(tmp_path / "ws", {"agents": centre.agents()}))
    assert list(checked.inputs.present()) == ["agents"]


def test_groups_are_never_read(tmp_path):
    groups = pd.DataFrame({"agent_id": centre.ids(), "gender": "x"})
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents(), "groups": groups})
    checked = load(folder)
    assert list(checked.inputs.present()) == ["agents"]
    assert not any("groups" in line for line in checked.reports)
