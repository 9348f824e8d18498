"""Portable SQL: what a plan's statements may say, and how they are printed for all warehouses. Pure.

The way of a statement: `screen` (small and plain?), `grammar` (allow-list of nodes), `rewrite` (one
spelling), `build` and `resolve` (names), `rules`, `typerules`, `windows` (meaning), then `printer`. `gate`
strings them together.
The language itself is described in `guide`.
"""

from scenarios.plan.portable.build import Inputs
from scenarios.plan.portable.gate import (
    CheckedSelect,
    check_select,
    column_lineage,
    join_pairs,
    print_select,
    ratios_in,
    type_sql,
)
from scenarios.plan.portable.guide import PORTABLE_SQL_GUIDE
from scenarios.plan.portable.lineage import JoinPair
from scenarios.plan.portable.macros import RATIO_MACRO
from scenarios.plan.portable.printer import PrintedCte, PrintedSelect
from scenarios.plan.portable.reserved import RESERVED, is_keyword, is_reserved

__all__ = [
    "PORTABLE_SQL_GUIDE",
    "RATIO_MACRO",
    "RESERVED",
    "CheckedSelect",
    "Inputs",
    "JoinPair",
    "PrintedCte",
    "PrintedSelect",
    "check_select",
    "column_lineage",
    "is_keyword",
    "is_reserved",
    "join_pairs",
    "print_select",
    "ratios_in",
    "type_sql",
]
