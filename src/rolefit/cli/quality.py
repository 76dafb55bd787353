"""The data-quality page on the screen: what would help most first, details after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from rolefit.cli.findings import heading, indented
from rolefit.cli.glue import glue_section
from rolefit.cli.sorting import SORTING_EXPLAINED, sorting_cell
from rolefit.schema.toml import write_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from rolefit.evidence.suggest_applicability import Proposal
    from rolefit.quality.coverage import Coverage
    from rolefit.quality.improve import Improvement
    from rolefit.quality.page import Quality
    from rolefit.quality.trust import MetricTrust, ScaleTrust
    from rolefit.schema.config import Config

MOST_STEPS, MOST_PROPOSALS, MOST_GROUPS = 6, 8, 5
POOR_SCALE = 0.6
EXPLAINED = (
    "known: share of the doubt about a fit that the evidence has removed, 0 = nothing, 1 = all",
    "enough: agents of whom enough is known for a suggestion",
)
METRICS_EXPLAINED = (
    "reliability: of the typical agent, 0 = noise, 1 = certain; usable: agents with .50 or more",
    "alone: nobody does the same work, so they are not compared; asked: an alarm asks",
)
FAMILY_WORDS = {
    "metrics": "metrics", "strengths": "strengths survey", "interests": "interests survey",
    "contributions": "contributions", "ratings": "ratings",
}  # fmt: skip
STEP_WORDS = {
    "no_survey": "ask the {n} without a usable {family} to answer it",
    "no_record": "record contributions of the {n} of whom none are known",
    "no_metrics": "find the metrics of the {n} of whom there are none that count",
    "no_ratings": "have somebody rate {attribute}: not rated yet are {n}",
    "not_comparable": "let the {n} who can be compared with nobody share a client with others",
    "one_client": "let the {n} who serve one client alone take some contacts of another",
    "retake": "ask the {n} with hard-to-read {family} answers to take it again",
    "renew": "ask the {n} with an old {family} to answer it again",
}
ALARM_WORDS = {
    "traded": "one metric rose while the one that guards it fell",
    "near_target": "results crowd right beside a target",
    "short_contacts": "far from everybody on a metric that only asks",
    "easier_mix": "clients and channels became easier",
}
SIGN_WORDS = {
    "missing": "missing in most rows ({here:.0%}, {elsewhere:.0%} elsewhere)",
    "constant": "nearly always one value ({here:.0%} of the rows, {elsewhere:.0%} elsewhere)",
    "at_bound": "nearly always at an end of its range ({here:.0%}, {elsewhere:.0%} elsewhere)",
    "no_reliability": "agents hardly differ (reliability at most {here:.2f}; else {elsewhere:.2f})",
}


def quality_page(quality: Quality, config: Config) -> Iterator[RenderableType]:
    """The parts of the page, top to bottom.

    Args:
        quality: of `rolefit.check`.
        config: effective config, for labels.
    """
    yield from _known(quality, config)
    yield from _steps(quality.improvements, config)
    yield from _coverage(quality)
    yield from _connected(quality)
    yield from _metrics(quality.metrics, config)
    yield from _alarms(quality.alarms)
    yield from glue_section(quality.glue_work, config)
    yield from _scales(quality.scales)
    yield from _proposed(quality.proposals, config)


def proposed_rules(proposals: Sequence[Proposal], config: Config) -> str:
    """Candidate rules as TOML, the numbers as comments.

    Reason and name are left empty, which no config accepts: somebody has to write the reason, which
    the agents there will read, and to put their name to it.
    """
    blocks = []
    for one in proposals:
        why = SIGN_WORDS[one.sign].format(here=one.here, elsewhere=one.elsewhere)
        blocks.append(
            f"# {config.metrics[one.metric].label}, {one.agents:,} agents: {why}\n"
            f"[[applicability]]\n"
            f"metric = {_quoted(one.metric)}\n"
            f"{one.factor} = {_quoted(one.place)}\n"
            "applies = false\n"
            'reason = ""        # in words the agents there will read\n'
            'decided_by = ""    # a name\n'
            f"on = {config.centre.as_of}"
        )
    return "\n\n".join(blocks)


def _quoted(text: str) -> str:
    """A TOML string."""
    return write_toml({"x": text}).strip().removeprefix("x = ")


def step_words(one: Improvement, config: Config) -> str:
    """What to do, in a sentence."""
    attribute = one.attribute and f'"{config.attributes[one.attribute].label}"'
    agents = f"{one.agents:,} agent{'' if one.agents == 1 else 's'}"
    family = FAMILY_WORDS[one.family]
    told = STEP_WORDS[one.code].format(n=agents, family=family, attribute=attribute)
    return told[0].upper() + told[1:]


def _known(quality: Quality, config: Config) -> Iterator[RenderableType]:
    """How much is known for each role."""
    yield heading("How much is known of the agents")
    table = _table("role", "known", "enough")
    for role in quality.roles:
        table.add_row(config.roles[role.role].label, f"{role.mean:.2f}", f"{role.enough:.0%}")
    yield from _explained(table, *EXPLAINED)


def _steps(improvements: Sequence[Improvement], config: Config) -> Iterator[RenderableType]:
    """What would help most."""
    if not improvements:
        return
    before = improvements[0].before
    yield heading(f"What would help most (known now, over all roles: {before:.3f})")
    table = _table("step", "known then", "gain")
    for one in improvements[:MOST_STEPS]:
        star = " *" if one.assumed else ""
        table.add_row(step_words(one, config) + star, f"{one.after:.3f}", f"+{one.gain:.3f}")
    notes = ["each step by itself; two that tell of the same things add up to less"]
    if any(one.assumed for one in improvements[:MOST_STEPS]):
        notes.append("* nobody here has such evidence yet, so what it tells is assumed")
    yield from _explained(table, *notes)


def _proposed(proposals: Sequence[Proposal], config: Config) -> Iterator[RenderableType]:
    """Candidate rules, for a person to decide on."""
    if not proposals:
        return
    yield heading("A person decides: metrics that may say nothing of the agents there")
    yield indented(Text("Nothing was left out. What is true goes into rolefit.toml, with a reason"))
    yield indented(Text("and a name; what is not, stays as it is.\n"))
    shown = proposed_rules(proposals[:MOST_PROPOSALS], config)
    yield "\n".join(f"  {line}".rstrip() for line in shown.splitlines())
    if len(proposals) > MOST_PROPOSALS:
        more = f"and {len(proposals) - MOST_PROPOSALS} more: `rolefit check --json` lists them all"
        yield indented(Text(f"\n{more}"))


def _coverage(quality: Quality) -> Iterator[RenderableType]:
    """Of whom each kind of evidence tells something."""
    yield heading("Of whom there is evidence")
    table = _table("evidence", "agents", "share", "median age", "hard to read")
    for row in quality.coverage:
        age = "" if row.months is None else f"{row.months:.0f} months"
        careless = "" if row.careless is None else f"{row.careless:.0%}"
        table.add_row(
            FAMILY_WORDS[row.family], f"{row.agents:,}", f"{row.share:.0%}", age, careless
        )
    notes = [_rated(quality), _old(quality.coverage)]
    yield from _explained(table, *(note for note in notes if note))


def _rated(quality: Quality) -> str:
    """Who rates whom."""
    cover = quality.ratings
    if cover.ratings_per_agent is None:
        return ""
    told = (
        f"{cover.raters:,} people rated {cover.agents:,} agents, "
        f"{cover.ratings_per_agent:g} ratings of the typical agent"
    )
    if cover.raters_of_one:
        told += f"; {cover.raters_of_one:,} rated one agent alone"
    return told


def _old(coverage: Sequence[Coverage]) -> str:
    """Families of which much is old."""
    old = [f"{FAMILY_WORDS[c.family]} {c.old:.0%}" for c in coverage if c.old]
    return f"too old to count in full: {', '.join(old)}" if old else ""


def _connected(quality: Quality) -> Iterator[RenderableType]:
    """Who can be compared with whom."""
    found = quality.connections
    if not found.agents:
        return
    yield heading("Who can be compared with whom")
    told = (
        f"{found.movers:,} of {found.agents:,} agents ({found.mover_share:.0%}) serve two clients "
        "or more: they tell hard clients from easy ones"
    )
    yield indented(Text(told))
    if found.groups == 1:
        yield indented(Text("all agents are linked through the clients they share"))
        return
    listed = ", ".join(
        f"{g.agents:,} agents at {g.clients:,} client{'' if g.clients == 1 else 's'}"
        for g in found.largest[:MOST_GROUPS]
    )
    more = ", ..." if found.groups > MOST_GROUPS else ""
    yield indented(Text(f"{found.groups:,} groups are never compared: {listed}{more}"))
    if found.alone:
        yield indented(Text(f"{found.alone:,} agents serve a client nobody else serves"))


def _metrics(metrics: Sequence[MetricTrust], config: Config) -> Iterator[RenderableType]:
    """How far each metric can be trusted."""
    if not metrics:
        return
    yield heading("Metrics, after taking out client, channel and period")
    asked = any(row.sorting is not None for row in metrics)
    columns = ("agents", "reliability", "usable", "alone", "asked", *(["sorting"] * asked))
    table = _table("metric", *columns)
    for row in metrics:
        reliability = "-" if row.reliability is None else f"{row.reliability:.2f}"
        table.add_row(
            config.metrics[row.metric].label, f"{row.agents:,}", reliability,
            f"{row.usable:.0%}", f"{row.not_comparable:,}", f"{row.alarms:,}",
            *([sorting_cell(row.sorting, row.sorting_low, row.sorting_high,
                            identified=row.sorting_identified)] * asked),
        )  # fmt: skip
    yield from _explained(table, *METRICS_EXPLAINED, *(SORTING_EXPLAINED if asked else ()))


def _alarms(alarms: dict[str, int]) -> Iterator[RenderableType]:
    """What alarms ask about."""
    rung = {code: count for code, count in alarms.items() if count}
    if not rung:
        return
    yield heading("Questions to ask, which changed no score")
    for code, count in rung.items():
        agents = f"{count:,} agent{'' if count == 1 else 's'}"
        yield indented(Text(f"{agents}: {ALARM_WORDS[code]}"))


def _scales(scales: Sequence[ScaleTrust]) -> Iterator[RenderableType]:
    """How well each survey measures, scales that do not by name."""
    if not scales:
        return
    yield heading("Surveys: do the questions of a scale measure one thing?")
    for family in dict.fromkeys(scale.family for scale in scales):
        mine = [scale for scale in scales if scale.family == family]
        low, high = (pick(s.reliability for s in mine) for pick in (min, max))
        people = max(scale.people for scale in mine)
        told = f"{FAMILY_WORDS[family]}, {people:,} people: reliability {low:.2f} to {high:.2f}"
        yield indented(Text(told))
        rough = [f"{s.scale} {s.reliability:.2f}" for s in mine if s.reliability < POOR_SCALE]
        if rough:
            yield indented(
                Text(f"  below {POOR_SCALE:.2f}, so they count less: {', '.join(rough)}")
            )
        pooled = sum(scale.source == "pooled" for scale in mine)
        if pooled:
            yield indented(Text(f"  {pooled} scales lean on the others: few people answered"))


def _table(first: str, *others: str) -> Table:
    """A table without lines; numbers to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first)
    for column in others:
        table.add_column(column, justify="right")
    return table


def _explained(table: Table, *words: str) -> Iterator[RenderableType]:
    """The table with its words explained below."""
    yield indented(table)
    yield from (indented(Text(line, style="dim")) for line in words)
