"""The datasheet of a simulated centre: how it was made, what is in it, what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.simulate.stories import STORIES

if TYPE_CHECKING:
    from rolefit.simulate.centre import Simulated

CONTENT = {
    "agents": "one row an agent: team, current role, dates, site",
    "metrics": "one row an agent x client x channel x month, January to June 2026",
    "strengths": "answers to `builtin:strengths`, one row an agent who handed it in",
    "interests": "answers to `builtin:interests`, likewise",
    "contributions": "recorded contributions of the last twelve months; mentoring and escalations "
    "with their opportunity",
    "ratings": "what leads, peers, quality assurance and a client's contact said",
    "wishes": "what people said they want next",
    "agents_truth": "every true attribute, in sd of the population",
    "effects_truth": "the true agent effect behind every metric, in agent sd, better is positive",
    "outcomes": "how each agent would turn out in each role, 0 to 1",
}
LIMITS = """\
## Limits

- Nobody here is real. Names of clients, teams and sites are invented.
- The true fit follows the shipped role profiles exactly, every source is linear in its attribute,
  and the default validities are right to within .08. A real centre is none of this: do not take
  accuracy on these data for accuracy at work.
- Attributes do not change over the six months, nobody games a metric, and nobody left: those
  who are here are all who ever were.
- There are no groups (age, sex, origin), so nothing can be said of fairness.
"""


def datasheet(simulated: Simulated) -> str:
    """README.md of a simulated workspace."""
    parts = [
        "# A simulated contact centre\n",
        _made(simulated),
        _files(simulated),
        _characters() if simulated.settings["stories"] else "",
        LIMITS,
    ]
    return "\n".join(part for part in parts if part)


def command(simulated: Simulated) -> str:
    """The command that makes this centre again."""
    words = ["rolefit simulate DIR"]
    for name, value in simulated.settings.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            words.append(option)
        elif value is not False:
            words.append(f"{option} {value}")
    return " ".join(words)


def _made(simulated: Simulated) -> str:
    settings, config = simulated.settings, simulated.config
    rules = len(config.get("applicability", []))
    return (
        f"{settings['agents']} agents, world `{settings['world']}`, seed {settings['seed']}, seen "
        f"on {config['centre']['as_of']}. Made by\n\n    {command(simulated)}\n\nand the same "
        "command makes the same bytes again. Clients differ in difficulty; in the world `sorted` "
        f"the best people serve the hardest ones. `rolefit.toml` names {rules} cases of a metric "
        "that does not apply to a client: there it is pure noise.\n"
    )


def _files(simulated: Simulated) -> str:
    lines = ["## Files\n", "| file | rows | what |", "|---|---|---|"]
    lines.append("| `rolefit.toml` | | the day, and where metrics do not apply |")
    for folder, tables in (("", simulated.tables), ("truth/", simulated.truth)):
        lines += [
            f"| `{folder}{name}` | {table.num_rows} | {CONTENT[name]} |"
            for name, table in tables.items()
        ]
    lines.append("\nScoring reads nothing in `truth/`.\n")
    return "\n".join(lines)


def _characters() -> str:
    told = "Their truth and circumstances are set; their rows are drawn like "
    told += "everybody's, except that they answered every question.\n"
    lines = ["## Story characters\n", told]
    lines += [f"- `{story.id}`: {story.about}." for story in STORIES]
    return "\n".join(lines) + "\n"
