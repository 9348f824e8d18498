"""The words of the library by which filled demos are found."""

from collections.abc import Sequence

from django.db import connection

from provisioning.filling.samples import Sample
from scenarios.library.words import indexed
from scenarios.models import Demo, LibraryWord

ROWS = 5000  # in a statement


def fill_words(demos: Sequence[Demo], samples: Sequence[Sample]) -> None:
    """The words of each demo's company and of its industry's plan: hundreds for each, so the database copies them."""
    company = LibraryWord.Kind.COMPANY
    LibraryWord.objects.bulk_create(
        [
            LibraryWord(demo=demo, kind=company, word=word)
            for demo in demos
            for word in sorted(indexed([demo.company]))
        ],
        batch_size=ROWS,
    )
    words, table = LibraryWord._meta.db_table, Demo._meta.db_table
    copy = (
        f"INSERT INTO {words} (demo_id, kind, word) "  # noqa: S608  # names of our own tables
        f"SELECT id, %s, %s FROM {table} WHERE industry = %s AND id BETWEEN %s AND %s"
    )
    with connection.cursor() as cursor:
        for sample in samples:
            for kind, word in sample.words:
                cursor.execute(copy, [kind, word, sample.industry, demos[0].pk, demos[-1].pk])
