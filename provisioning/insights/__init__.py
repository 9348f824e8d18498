"""What a team's demos come to: how fast, how many, how good, by whom. Reads only.

Every figure is about the demos that were begun in a period. Nothing here looks at what one person may see:
who may see insights sees all demos.
"""

from provisioning.insights.figures import Figures, Share, Spread, figures
from provisioning.insights.groups import CUTS, Group
from provisioning.insights.periods import PERIODS, Period, period_of
from provisioning.insights.reading import Insights, read_insights

__all__ = [
    "CUTS",
    "PERIODS",
    "Figures",
    "Group",
    "Insights",
    "Period",
    "Share",
    "Spread",
    "figures",
    "period_of",
    "read_insights",
]
