"""How long steps take, from past builds. Written into a new build's steps, so that polling asks nothing."""

from statistics import median

from provisioning.models import BuildStep, RunKind, StepStatus

LOOK_BACK = 400  # steps, the newest: some ten to thirty builds


def expected_seconds(target: str, *, proven: bool) -> dict[str, float]:
    """Median seconds by step key over the newest succeeded steps of the target; what is unknown is left out.

    A Proof that existed before says nothing about how long a Proof runs; `proven` says that there is one now.
    """
    rows = BuildStep.objects.filter(
        run__target=target, run__kind=RunKind.BUILD, status=StepStatus.SUCCEEDED,
        started_at__isnull=False, finished_at__isnull=False,
    )  # fmt: skip
    times: dict[str, list[float]] = {}
    for step in rows.only("key", "started_at", "finished_at", "checkpoint").order_by("-pk")[:LOOK_BACK]:
        if not step.checkpoint.get("reused"):
            times.setdefault(step.key, []).append(step.seconds or 0.0)
    expected = {key: median(seconds) for key, seconds in times.items()}
    return expected | ({"proof": 0.0} if proven else {})
