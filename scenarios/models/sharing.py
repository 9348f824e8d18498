"""Who sees a demo, and who wants to find it again."""

from django.conf import settings
from django.db import models

from scenarios.models.demo import Demo


class Favourite(models.Model):
    """A demo that a person has marked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    demo = models.ForeignKey(Demo, on_delete=models.CASCADE, related_name="favourites")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "demo"], name="one_favourite_per_demo")]

    def __str__(self) -> str:
        return f"{self.user} likes {self.demo}"


class LibraryWord(models.Model):
    """A word by which a demo is found, in lower case: of its company, its industry and its plan; never of its notes."""

    class Kind(models.TextChoices):
        COMPANY = "company", "Company"
        INDUSTRY = "industry", "Industry"
        PAIN = "pain", "Pain"
        FEATURE = "feature", "Feature"
        METRIC = "metric", "Metric"
        PLAN = "plan", "Plan"

    demo = models.ForeignKey(Demo, on_delete=models.CASCADE, related_name="words")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "kind", "demo"], name="one_word_per_kind_and_demo")
        ]
        indexes = [  # for beginnings of words; PostgreSQL needs to be told so
            models.Index(fields=["word"], name="words_by_beginning", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.word
