"""The datasheet of a simulated centre: how it was made, what is in it, what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.simulate.stories import STORIES
from rolefit.simulate.worlds import world_named

if TYPE_CHECKING:
    from rolefit.simulate.centre import Simulated

KNOBS = "truth/knobs.toml"
PLAIN = ("plain", "sorted")
"""Worlds that are as the model says, but for what their clients are like."""
SORTED = (
    "Clients differ in difficulty; in the world `sorted` the best people serve the hardest ones."
)
CONTENT = {
    "agents": "one row an agent: team, current role, dates, site",
    "metrics": "one row an agent x client x channel x month, January to June 2026",
    "strengths": "answers to `builtin:strengths`, one row an agent who handed it in",
    "interests": "answers to `builtin:interests`, likewise",
    "contributions": "recorded contributions of the last twelve months; mentoring and escalations "
    "with their opportunity",
    "ratings": "what leads, peers, quality assurance and a client's contact said",
    "wishes": "what people said they want next",
    "placements": "moves of the last months, and how they went as it was written down",
    "groups": "who is of which group; scoring never reads it",
    "agents_truth": "every true attribute, in sd of the population",
    "effects_truth": "the true agent effect behind every metric, in agent sd, better is positive",
    "outcomes": "how each agent would turn out in each role, 0 to 1",
    "policy": "how likely everybody was to be moved to each role, who could be",
    "circumstances": "who works towards a number, whose results fall, whose interest fell",
}
UNREAL = "- Nobody here is real. Names of clients, teams and sites are invented.\n"
LIKE_THE_MODEL = """\
- The true fit follows the shipped role profiles exactly, every source is linear in its attribute,
  and the default validities are right to within .08. A real centre is none of this: do not take
  accuracy on these data for accuracy at work.
- Attributes do not change over the six months, nobody games a metric, and nobody left: those
  who are here are all who ever were.
"""
OF_ITS_OWN = """\
- This world differs from a real centre in other ways than a real centre differs from the model: do
  not take accuracy on these data for accuracy at work. Every knob is in `truth/knobs.toml`.
- Every source is linear in its attribute, and nobody left: those who are here are all who ever
  were.
"""
NO_GROUPS = "- There are no groups (age, sex, origin), so nothing can be said of fairness.\n"
GROUPS = """\
- The groups stand for no group of people anywhere; what is true of them was set.
"""


def datasheet(simulated: Simulated) -> str:
    """README.md of a simulated workspace."""
    parts = [
        "# A simulated contact centre\n",
        _made(simulated),
        _files(simulated),
        _characters() if simulated.settings["stories"] else "",
        _limits(simulated),
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
    if not as_shipped(simulated):
        words.append(f"--knobs {KNOBS}")
    return " ".join(words)


def plainly(simulated: Simulated) -> bool:
    """Whether this is one of the worlds the model was made for, as shipped."""
    return simulated.settings["world"] in PLAIN and as_shipped(simulated)


def as_shipped(simulated: Simulated) -> bool:
    """Whether no knob of the world was changed."""
    return simulated.world == world_named(simulated.settings["world"])


def _made(simulated: Simulated) -> str:
    settings, config = simulated.settings, simulated.config
    rules = len(config.get("applicability", []))
    about = SORTED if plainly(simulated) else f"In this world {simulated.world.about}."
    return (
        f"{settings['agents']} agents, world `{settings['world']}`, seed {settings['seed']}, seen "
        f"on {config['centre']['as_of']}. Made by\n\n    {command(simulated)}\n\nand the same "
        f"command makes the same bytes again. {about} `rolefit.toml` names {rules} cases of a "
        "metric that does not apply to a client: there it is pure noise.\n"
    )


def _limits(simulated: Simulated) -> str:
    model = LIKE_THE_MODEL if plainly(simulated) else OF_ITS_OWN
    groups = NO_GROUPS if simulated.groups is None else GROUPS
    return f"## Limits\n\n{UNREAL}{model}{groups}"


def _files(simulated: Simulated) -> str:
    lines = ["## Files\n", "| file | rows | what |", "|---|---|---|"]
    lines.append("| `rolefit.toml` | | the day, and where metrics do not apply |")
    inputs = {**simulated.tables, **simulated.grouped}
    for folder, tables in (("", inputs), ("truth/", simulated.truth)):
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
