"""A database full of plausible work, for measuring and for looking around: `manage.py fill`.

Everything it makes belongs to people whose log-in name begins with PREFIX and who cannot log in. The same numbers
make the same rows. Nothing is drafted, proven or built: rows are written as the services and workers leave them.
"""

from provisioning.filling.filling import PREFIX, Filled, fill, own_demos

__all__ = ["PREFIX", "Filled", "fill", "own_demos"]
