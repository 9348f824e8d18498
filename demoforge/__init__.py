"""The ground everybody stands on."""

__version__ = "0.1.0"  # as in pyproject.toml
