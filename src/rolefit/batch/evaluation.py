"""What a run's suggestions are worth: one row a way of choosing and measure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rolefit.batch.evaluation_rows import SAME, Measured

if TYPE_CHECKING:
    import pandas as pd

    from rolefit.batch.evaluation_screen import Renderable


@dataclass(frozen=True)
class Evaluation:
    """What a run's suggestions are worth where the truth is known, beside other ways."""

    rows: tuple[Measured, ...]
    """One a way, kind of seats and measure, in the order in which they are told."""
    agents: int
    seats: dict[str, int]
    """Role -> seats that rolefit fills by moves up and sideways."""
    notes: tuple[str, ...] = ()
    """What a reader should know before the numbers."""

    def value(self, measure: str, policy: str = "rolefit", seats: str = SAME) -> float:
        """One number; NaN where it is not told or not there.

        Args:
            measure: its name, as in `frame()`.
            policy: whose.
            seats: `same`, `own`, or empty for measures that are not about seats.
        """
        key = (policy, seats, measure)
        found = (r.value for r in self.rows if (r.policy, r.seats, r.measure) == key)
        number = next(found, None)
        return float("nan") if number is None else number

    def frame(self) -> pd.DataFrame:
        """policy, seats, measure, value (NaN = not told), n, note."""
        import pandas as pd  # noqa: PLC0415 - only those who ask for a frame need it

        columns = list(Measured.__dataclass_fields__)
        frame = pd.DataFrame([asdict(row) for row in self.rows], columns=columns)
        return frame.astype({"value": "float64"})

    def to_dict(self) -> dict[str, Any]:
        """The same as plain numbers and lists."""
        return {
            "agents": self.agents, "seats": dict(self.seats), "notes": list(self.notes),
            "measures": [asdict(row) for row in self.rows],
        }  # fmt: skip

    def to_json(self) -> str:
        """The same as JSON; the same evaluation gives the same text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)

    def __repr__(self) -> str:
        return (
            f"Evaluation({self.agents} agents, {sum(self.seats.values())} moved: true outcome "
            f"{self.value('outcome'):.2f}, by raw metrics "
            f"{self.value('outcome', 'metrics_raw'):.2f}, oracle "
            f"{self.value('outcome', 'oracle'):.2f})"
        )

    def __rich__(self) -> Renderable:
        from rolefit.batch.evaluation_screen import show_evaluation  # noqa: PLC0415 - needs rich

        return show_evaluation(self.rows, self.agents, self.seats, self.notes)
