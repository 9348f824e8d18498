"""The lineage picture: drawn, themed by classes alone, without seeds, and harmless."""

import re
from xml.etree import ElementTree

from scenarios.plan.parts import Plan
from scenarios.views.drawing import lineage_svg, shown_lineage
from tests.scenarios.plan.example import example_plan


def test_every_box_but_the_seeds_is_drawn_once() -> None:
    plan = example_plan()
    svg = lineage_svg(shown_lineage(plan, metrics=True))
    names = [source.staging_model for source in plan.outline.sources] + [
        model.name for model in plan.outline.models
    ]
    names += [metric.label for metric in plan.outline.metrics]
    assert all(len(re.findall(rf"<text[^>]*>{re.escape(name)}</text>", svg)) == 1 for name in names)
    assert "layer-seed" not in svg
    assert svg.count('class="node') == len(names) + len(plan.outline.sources)


def test_metrics_can_be_left_out() -> None:
    assert "layer-metric" not in lineage_svg(shown_lineage(example_plan(), metrics=False))


def test_an_outline_alone_has_a_picture() -> None:
    assert "fct_orders" in lineage_svg(shown_lineage(example_plan().outline, metrics=False))


def test_the_picture_fits_a_strict_policy_and_keeps_text_as_text() -> None:
    data = example_plan().model_dump(mode="json")
    data["outline"]["metrics"][0]["label"] = '<script>x</script>" onload="y'
    svg = lineage_svg(shown_lineage(Plan.model_validate(data), metrics=True))
    assert svg.startswith("<svg role=")
    elements = list(ElementTree.fromstring(svg).iter())
    assert not {"style", "onload"} & {name for element in elements for name in element.attrib}
    assert not [element.tag for element in elements if element.tag.endswith("script")]
    assert "<script>x</script>" in "".join(element.text or "" for element in elements)
