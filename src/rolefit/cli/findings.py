"""The screen after a run: what was found, what did not count, what was written, how to ask why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rolefit.cli.screen import command
from rolefit.cli.sorting import SORTING_EXPLAINED, sorting_cell
from rolefit.cli.trust import trust_table
from rolefit.schema.tables import DIRECTIONS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from rolefit.schema.config import Config

COLOURS = {
    "up": "green",
    "sideways": "cyan",
    "stay": "",
    "step_back": "dark_orange3",
    "out": "magenta",
}
MEANINGS = {
    "firm": "every condition holds with room to spare",
    "tentative": "every condition holds, some only just",
    "explore": "would suit; the wish is not known, so ask first",
    "gather": "too little evidence for any direction",
}
METRICS_MEAN = (
    "reliability: of the typical agent, 0 = noise, 1 = certain",
    "order kept: rank correlation of raw and adjusted numbers, 1 = context changed nothing",
    "alone: nobody does the same work, so they are not compared",
)
MOST_LINES, MOST_RULES = 8, 20
WHOM = "whom it concerns: notes of their suggestion; every rule: not_applicable in run.json"


def findings(summary: Mapping[str, Any], config: Config, out: str) -> Iterator[RenderableType]:
    """The parts of the screen, top to bottom."""
    yield heading(
        f"{config.centre.name}: {summary['agents']:,} agents, as of {config.centre.as_of}"
    )
    yield indented(_directions(summary, config))
    yield from _contrast(summary["contrast"], config)
    yield from _metrics(summary, config)
    if summary["trust"]:
        yield heading("How far each source is trusted")
        yield indented(trust_table(summary["trust"]))
    yield from rejected(summary["rejects"], summary["counts"])
    yield from worth_knowing(summary["reports"])
    yield from _written(summary, out)


def worth_knowing(reports: Sequence[str]) -> Iterator[RenderableType]:
    """What is said once about the input."""
    if reports:
        yield heading("Worth knowing")
        yield from (indented(Text(report)) for report in reports)


def heading(text: str) -> Text:
    """A line in bold with room above."""
    return Text(f"\n{text}", style="bold")


def indented(part: RenderableType) -> Padding:
    """A part set two columns to the right."""
    return Padding(part, (0, 0, 0, 2), expand=False)


def label(role: str, config: Config) -> str:
    """How people call a role."""
    return config.roles[role].label if role in config.roles else "no destination named"


def _directions(summary: Mapping[str, Any], config: Config) -> Table:
    """Agents by direction and status, with the target roles."""
    used = [s for s in STATUSES if any(row[s] for row in summary["directions"].values())]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("direction")
    table.add_column("agents", justify="right")
    for status in used:
        table.add_column(status, justify="right")
    table.add_column("to")
    for direction in DIRECTIONS:
        row = summary["directions"][direction]
        targets = summary["targets"].get(direction, {})
        cells = [f"{row[s]:,}" if row[s] else "·" for s in used]
        to = ", ".join(f"{label(role, config)} {count:,}" for role, count in targets.items())
        table.add_row(direction, f"{sum(row.values()):,}", *cells, to, style=COLOURS[direction])
    table.caption = "\n".join(f"{status}: {MEANINGS[status]}" for status in used)
    table.caption_justify = "left"
    return table


def _contrast(contrast: Mapping[str, Any], config: Config) -> Iterator[RenderableType]:
    """What a ranking by metrics alone would have said of the same people."""
    if not contrast["told_to_go"] and not contrast["sent_up"]:
        return
    yield heading("Against a ranking by metrics alone")
    moves = {label(role, config): n for role, n in contrast["suggested_a_move"].items()}
    suited = "more likely than not reach the bar of a role inside"
    if moves:
        suited += f" (a move is suggested: {listed_counts(moves)})"
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    table.add_row(f"{contrast['told_to_go']:,}", "it would tell to go. Here, of these")
    table.add_row(f"{contrast['suited_inside']:,}", f"  {suited}")
    table.add_row(f"{contrast['too_little_evidence']:,}", "  have shown too little to say anything")
    table.add_row(f"{contrast['suggested_out']:,}", "  are asked where they would thrive (out)")
    table.add_row(f"{contrast['others']:,}", "  reach no bar yet, which alone is no reason to part")
    went = listed_counts(contrast["sent_up_directions"])
    table.add_row(f"{contrast['sent_up']:,}", f"it would send up. Here: {went}")
    for name, count in contrast["leaderboard"].items():
        table.add_row(f"{count:,}", name)
    yield indented(table)
    yield indented(Text("Whom, and the reasons that make the difference: table leaderboard", "dim"))


def listed_counts(counts: Mapping[str, int]) -> str:
    """Names with their counts."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "nobody"


def _metrics(summary: Mapping[str, Any], config: Config) -> Iterator[RenderableType]:
    """How far each metric can be trusted, and where it was left out."""
    if not summary["metrics"]:
        return
    yield heading("Metrics, after taking out client, channel and period")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("metric")
    sorting = summary["sorting"]
    columns = ("agents", "reliability", "order kept", "alone", *(["sorting"] if sorting else ()))
    for column in columns:
        table.add_column(column, justify="right")
    for row in summary["metrics"]:
        name = config.metrics[row["metric"]].label
        numbers = [_share(row["reliability"]), _share(row["same_order"])]
        told = [sorting_cell(**sorting[row["metric"]])] if row["metric"] in sorting else []
        table.add_row(name, f"{row['agents']:,}", *numbers, f"{row['not_comparable']:,}", *told)
    yield indented(table)
    explained = (*METRICS_MEAN, *(SORTING_EXPLAINED if sorting else ()))
    yield from (indented(Text(line, style="dim")) for line in explained)
    yield from _left_out(summary["not_applicable"], config)


def _left_out(rules: list[dict[str, Any]], config: Config) -> Iterator[RenderableType]:
    """Where a metric says nothing of the person, and why."""
    if not rules:
        return
    yield heading("Left out where a metric says nothing of the person")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("metric")
    table.add_column("at")
    table.add_column("agents", justify="right")
    table.add_column("because")
    for rule in rules[:MOST_RULES]:
        where = ", ".join(str(rule[key]) for key in ("client", "channel") if rule[key] is not None)
        name = config.metrics[rule["metric"]].label
        table.add_row(name, where or "any client", f"{rule['agents']:,}", rule["reason"])
    yield indented(table)
    if len(rules) > MOST_RULES:
        yield indented(Text(f"and {len(rules) - MOST_RULES} more rules"))
    yield indented(Text(WHOM, style="dim"))


def _share(value: float | None) -> str:
    """A number between -1 and 1 with two places."""
    return "-" if value is None else f"{value:.2f}"


def rejected(
    rejects: list[dict[str, Any]], counts: Mapping[str, Mapping[str, int]]
) -> Iterator[RenderableType]:
    """Rows read, and rows or cells set aside by reason."""
    read = sum(count["rows"] for count in counts.values())
    lost = sum(count["rejected"] for count in counts.values())
    yield heading(f"{read:,} rows read, {lost:,} set aside")
    for row in rejects[:MOST_LINES]:
        yield indented(Text(f"{row['count']:,} x {row['code']} in {row['table']}"))
    if len(rejects) > MOST_LINES:
        yield indented(Text(f"and {len(rejects) - MOST_LINES} more kinds"))


def _written(summary: Mapping[str, Any], out: str) -> Iterator[RenderableType]:
    """Files, and the next question."""
    yield heading(f"Written to {out}")
    yield indented(Text(", ".join(summary["files"])))
    if not summary["examples"]:
        return
    yield heading("Ask why")
    calls = [command("explain", out, row["agent_id"]) for row in summary["examples"]]
    for call, row in zip(calls, summary["examples"], strict=True):
        alone, here = row["metrics_only_direction"], row["direction"]
        yield f"  {call:<{max(map(len, calls))}}   # metrics alone: {alone}, here: {here}"
