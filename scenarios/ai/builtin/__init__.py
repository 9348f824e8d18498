"""Plans without a model: industry blueprints composed from the brief."""

from scenarios.ai.builtin.provider import BuiltinProvider

__all__ = ["BuiltinProvider"]
