"""The talk track: its answer into a part, and back. Pure."""

from collections.abc import Mapping

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.building import Converted, known, some
from scenarios.ai.answers.details import BeatAnswer, TalkAnswer
from scenarios.ai.answers.prescribing import prescribed_defects
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Quality, QualityScenario, TalkTrack
from scenarios.plan.rules.names import project_names

KEY = "talk_track"


def convert(outline: Outline, ask: Ask, answer: TalkAnswer, done: Mapping[str, PartValue]) -> Converted:
    """The part `talk_track`. Until `quality` is known, the tests are those that are prescribed."""
    given = done.get("quality")
    quality = given if isinstance(given, Quality) else _planned(outline)
    names = [name for name, _ in project_names(outline)] + [one.test_name for one in quality.scenarios]
    data = {
        "opening": answer.opening,
        "beats": [
            {
                "minute": beat.minute,
                "kind": beat.kind,
                "title": beat.title,
                "click": beat.click,
                "opens": known(beat.opens, names) or None,
                "say": beat.say,
                "pains": beat.pains,
                "if_it_goes_wrong": some(beat.if_it_goes_wrong),
            }
            for beat in answer.beats
        ],
        "close": answer.close,
        "ends_at": answer.ends_at,
    }
    found = Converted()
    found.add(outline, KEY, TalkTrack, data, title="Talk track", quality=quality)
    return found


def _planned(outline: Outline) -> Quality:
    """Scenarios with the names of their tests; what is said about them is not known yet."""
    stories = {idea.name: idea for idea in outline.quality}
    return Quality(
        scenarios=[
            QualityScenario(
                name=defect.name,
                kind=defect.kind,
                table=defect.table,
                column=defect.column,
                row_numbers=list(defect.row_numbers),
                test_name=defect.test_name,
                failing_rows=1,
                cost=stories[defect.name].story,
                fix=stories[defect.name].story,
                talking_points=[stories[defect.name].title],
            )
            for defect in prescribed_defects(outline)
        ]
    )


def answer(outline: Outline, ask: Ask, parts: Mapping[str, PartValue]) -> TalkAnswer:
    """The talk track. Raises KeyError when it is not there."""
    part = parts[KEY]
    if not isinstance(part, TalkTrack):
        raise KeyError(KEY)
    return TalkAnswer(
        opening=part.opening,
        beats=[
            BeatAnswer(
                minute=beat.minute,
                kind=beat.kind,
                title=beat.title,
                click=beat.click,
                opens=beat.opens or "",
                say=beat.say,
                pains=list(beat.pains),
                if_it_goes_wrong=beat.if_it_goes_wrong or "",
            )
            for beat in part.beats
        ],
        close=part.close,
        ends_at=part.ends_at,
    )
