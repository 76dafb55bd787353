"""Glue work on the screen: who is asked to do it, and who does it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from rolefit.cli.findings import heading, indented
from rolefit.evidence.glue_work import BAND_NAMES, EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from rolefit.evidence.glue_work import GlueShare
    from rolefit.schema.config import Config

EXPLAINED = (
    "share of the agents who were never asked, or never did it; then the share of all of it that",
    "the tenth with most has: .10 where it is spread evenly. By team: rolefit check --json",
)
NOT_RECORDED = "nobody records who was asked (`opportunity`), so only who does it is seen"
BY_TENURE = "asked a full-time month, by time in the centre"


def glue_section(shares: Sequence[GlueShare], config: Config) -> Iterator[RenderableType]:
    """How evenly each kind of contribution is asked for and done; nothing where there is none.

    Args:
        shares: of `rolefit.check(...).glue_work`.
        config: effective config, for labels.
    """
    if not shares:
        return
    told: dict[tuple[str, str, str], GlueShare] = {
        (one.kind, one.what, one.group): one for one in shares if one.by != "team"
    }
    kinds = tuple(dict.fromkeys(one.kind for one in shares))
    yield heading("Glue work: who is asked, and who does it")
    yield indented(_spread(kinds, told, config))
    yield from (indented(Text(line, style="dim")) for line in EXPLAINED)
    asked = tuple(kind for kind in kinds if (kind, "opportunity", EVERYBODY) in told)
    if asked:
        yield indented(_by_tenure(asked, told, config))
    else:
        yield indented(Text(NOT_RECORDED, style="dim"))


def _spread(
    kinds: Sequence[str], told: Mapping[tuple[str, str, str], GlueShare], config: Config
) -> Table:
    """A kind a row: asked and done, over everybody."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("work")
    for column in ("never asked", "most asked", "never did", "did most"):
        table.add_column(column, justify="right")
    for kind in kinds:
        cells: list[str] = []
        for what in ("opportunity", "quantity"):
            one = told.get((kind, what, EVERYBODY))
            cells += ("", "") if one is None else (f"{one.none:.0%}", f"{one.top_tenth:.2f}")
        table.add_row(config.contributions[kind].label, *cells)
    return table


def _by_tenure(
    kinds: Sequence[str], told: Mapping[tuple[str, str, str], GlueShare], config: Config
) -> Table:
    """How often people of each tenure band are asked."""
    asked = {key: one for key, one in told.items() if key[1] == "opportunity"}
    bands = [band for band in BAND_NAMES if any(key[2] == band for key in asked)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(BY_TENURE)
    for band in bands:
        table.add_column(band, justify="right")
    for kind in kinds:
        rates = [asked[kind, "opportunity", band].per_month for band in bands]
        cells = ("" if math.isnan(rate) else f"{rate:.2f}" for rate in rates)
        table.add_row(config.contributions[kind].label, *cells)
    return table
