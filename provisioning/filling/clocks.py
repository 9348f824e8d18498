"""Write rows with times of the past, although their columns are filled with "now" by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models


@contextmanager
def times_as_given(*kinds: type[models.Model]) -> Iterator[None]:
    """While it lasts, rows of these models keep the times they are made with. It counts for the whole process."""
    own = [
        (field, name)
        for kind in kinds
        for field in kind._meta.concrete_fields
        for name in ("auto_now", "auto_now_add")
        if getattr(field, name, False)
    ]
    for field, name in own:
        setattr(field, name, False)
    try:
        yield
    finally:
        for field, name in own:
            setattr(field, name, True)
