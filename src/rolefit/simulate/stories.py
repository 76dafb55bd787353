"""The story characters: people whose truth and circumstances are set, not drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.schema.tables import OUTSIDE, STEP_BACK, WISHES
from rolefit.simulate.shapes import measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.clients import Clients
    from rolefit.simulate.people import People
    from rolefit.simulate.views import Views


@dataclass(frozen=True)
class Story:
    """One character. All sources see what is true of them; their rows are drawn as anybody's."""

    id: str
    about: str
    """One sentence for the datasheet."""
    attributes: dict[str, float]
    """True attributes in sd; `rest` where an attribute is not named."""
    rest: float = 0.0
    role: str = "frontline"
    tenure: float = 30.0
    """Months in the centre and in the role."""
    wishes: dict[str, str] = field(default_factory=dict)
    """Role, outside or step_back -> wish."""
    heard: bool = True
    """False: no survey, no rating yet."""
    hard_client: bool = False
    """Serves the hardest client only, where the first two metrics do not apply."""


STORIES = (
    Story(
        "S-CLIENT-EXPERT",
        "poor numbers at a client whom two of the metrics do not fit; knows that client better "
        "than anybody and acts fast when something escalates",
        {
            "client_knowledge": 2.4, "ownership": 2.3, "relationship": 2.2, "communication": 1.7,
            "problem_solving": 1.7, "follow_through": 1.7, "influence": 1.4, "composure": 1.2,
            "customer_satisfaction": 0.4, "efficiency": -1.2, "quality": -0.5,
            "resolution": -0.4, "dependability": -0.3, "serving_customers": 1.8,
            "persuading": 1.3, "organising": 1.2, "developing_people": -0.2, "creating": -0.8,
        },
        tenure=41.0,
        wishes={"account_management": "want", "mentor": "not_now"},
        hard_client=True,
    ),
    Story(
        "S-GLUE",
        "middling numbers; spends the day helping new colleagues, settles conflicts, is thanked "
        "by everybody",
        {
            "coaching": 2.4, "teamwork": 2.4, "communication": 1.9, "composure": 1.9,
            "relationship": 0.8, "developing_people": 2.0, "serving_customers": 1.0,
            "analysing": -0.6, "creating": -0.5, "persuading": -0.4,
        },
        tenure=34.0,
        wishes={"mentor": "want", "account_management": "no"},
    ),
    Story(
        "S-HAPPY-HERE",
        "strong in results and capabilities, would make a mentor, and is happy in the present "
        "role: no other role now",
        {
            "efficiency": 1.8, "quality": 1.8, "customer_satisfaction": 1.7, "resolution": 1.8,
            "dependability": 1.8, "coaching": 2.7, "teamwork": 2.4, "communication": 2.1,
            "composure": 1.2, "serving_customers": 1.2, "developing_people": 2.2,
            "analysing": -0.3, "creating": -0.8,
        },
        rest=0.9,
        tenure=58.0,
        wishes={"mentor": "not_now", "account_management": "no", "specialist": "no"},
    ),
    Story(
        "S-NEWCOMER",
        "six weeks in the centre: two months of metrics and hardly anything else",
        {"coaching": 1.2, "developing_people": 1.5},
        tenure=1.4,
        wishes={"mentor": "want"},
        heard=False,
    ),
    Story(
        "S-ELSEWHERE",
        "neither the work nor the roles next to it suit; likes to make and design things",
        {"creating": 2.4, "analysing": 0.3, "persuading": 0.2, "serving_customers": -1.9,
         "developing_people": -1.6, "organising": -1.6},
        rest=-1.8,
        tenure=26.0,
    ),
    Story(
        "S-NEXT-CHAPTER",
        "a good colleague who has decided to go on to work with data elsewhere",
        {"analysing": 2.2, "organising": 1.0, "problem_solving": 1.5, "serving_customers": -0.5},
        rest=0.4,
        tenure=37.0,
        wishes={OUTSIDE: "want", "mentor": "no"},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """The last agents of a centre, played by the characters."""

    stories: tuple[Story, ...]
    agents: int

    @property
    def rows(self) -> Ints:
        """Their positions among the agents."""
        return np.arange(self.agents - len(self.stories), self.agents)

    def _flags(self, *, heard: bool) -> Bools:
        """Characters who are (not) heard, shape (agents,)."""
        flags = np.zeros(self.agents, bool)
        flags[self.rows] = [story.heard is heard for story in self.stories]
        return flags

    @property
    def free(self) -> Bools:
        """Agents of whom everything is drawn, shape (agents,)."""
        free = np.ones(self.agents, bool)
        free[self.rows] = False
        return free

    @property
    def heard(self) -> Bools:
        """Agents whose survey and ratings are there for certain."""
        return self._flags(heard=True)

    @property
    def unheard(self) -> Bools:
        """Agents who have no survey and no rating."""
        return self._flags(heard=False)

    def among(self, people: People, config: Config) -> People:
        """Puts the characters in the place of the last agents."""
        theta, role = people.theta.copy(), people.role.copy()
        tenure, in_role = people.tenure.copy(), people.in_role.copy()
        for row, story in zip(self.rows, self.stories, strict=True):
            theta[row] = [story.attributes.get(a, story.rest) for a in config.attribute_ids]
            role[row] = config.role_ids.index(story.role)
            tenure[row] = in_role[row] = story.tenure
        ids = (*people.ids[: self.agents - len(self.stories)], *(s.id for s in self.stories))
        return replace(people, ids=ids, theta=theta, role=role, tenure=tenure, in_role=in_role)

    def seen(self, views: Views, people: People, config: Config) -> Views:
        """Lets every source see the characters as they are."""
        names, rows = config.attribute_ids, self.rows
        metrics = [config.metrics[metric].attribute for metric in measured(config)]
        kinds = [spec.attribute for spec in config.contributions.values()]

        def clear(view: Floats, attributes: Sequence[str]) -> Floats:
            changed = view.copy()
            columns = [names.index(attribute) for attribute in attributes]
            changed[rows] = people.theta[rows][:, columns]
            return changed

        return replace(
            views,
            metrics=clear(views.metrics, metrics),
            strengths=clear(views.strengths, names),
            interests=clear(views.interests, names),
            contributions=clear(views.contributions, kinds),
            ratings=clear(views.ratings, names),
        )

    def served(self, clients: Clients, serves: Bools) -> tuple[Clients, Bools]:
        """Gives the hardest client to whom the story says, and bars two metrics there."""
        serves, applies = serves.copy(), clients.applies.copy()
        for row, story in zip(self.rows, self.stories, strict=True):
            if story.hard_client:
                serves[row] = np.arange(len(clients)) == len(clients) - 1
                applies[-1] = np.arange(applies.shape[1]) >= 2  # noqa: PLR2004 - the first two
        return replace(clients, applies=applies), serves

    def wished(self, wish: Ints, config: Config) -> Ints:
        """Replaces what was drawn by what the story says."""
        subjects, wish = (*config.inside_ids, OUTSIDE, STEP_BACK), wish.copy()
        for row, story in zip(self.rows, self.stories, strict=True):
            stated = [story.wishes.get(subject) for subject in subjects]
            wish[row] = [-1 if word is None else WISHES.index(word) for word in stated]
        return wish
