"""Will a rendered SQL file run on a warehouse? It is expanded as the warehouse's adapter would, and read. Pure.

The way of a file: `expand` (Jinja to SQL), `words` (functions, types, texts), the parser of the warehouse's dialect,
`columns` (types of columns), `trees` (what the warehouse does not do, or does differently). `files` strings them
together.
"""

from scenarios.plan.portable.report.expand import Unreadable
from scenarios.plan.portable.report.files import Found, Known, check_file
from scenarios.plan.portable.report.properties import check_contracts, check_seeds

__all__ = ["Found", "Known", "Unreadable", "check_contracts", "check_file", "check_seeds"]
