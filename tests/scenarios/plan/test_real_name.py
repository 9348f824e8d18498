"""The prospect's name in every form: what is found, what is not, and what comes in its place."""

import pytest

from scenarios.plan.name_patterns import core_of
from scenarios.plan.real_name import RealName

ALIAS = "Project Bluebird"


def found(company: str, text: str, heard: str = "") -> list[str]:
    return [text[place.start : place.end] for place in RealName(company, heard=heard).find(text)]


@pytest.mark.parametrize(
    ("company", "core"),
    [
        ("Oberhauser Pressen GmbH", "Oberhauser Pressen"),
        ("Müller & Söhne GmbH & Co. KG", "Müller & Söhne"),
        ("The Kestrel Company, Inc.", "Kestrel"),
        ("Lux Holding S.à r.l.", "Lux"),
        ("Acme S.p.A.", "Acme"),
        ("株式会社山田製作所", "山田製作所"),
        ("Day Spa", "Day Spa"),
        ("Kestrel Freight", "Kestrel Freight"),
        ("Limited", "Limited"),
    ],
)
def test_legal_forms_are_no_part_of_the_name(company: str, core: str) -> None:
    assert core_of(company) == core


@pytest.mark.parametrize(
    "text",
    [
        "Fjell & Field Outfitters",
        "FJELL & FIELD OUTFITTERS",
        "Fjell and Field Outfitters AS",
        "fjell_field_outfitters",
        "fjell-field-outfitters",
        "FjellFieldOutfitters",
        "fjellFieldOutfitters",
        "fjellfieldoutfitters",
        "myfjellfieldoutfittersdata",
        "fjell_field_outfitters_demo",
        "stg_fjell_field_outfitters__orders",
        "Fjell &amp; Field Outfitters",
        "Fjell \\& Field Outfitters",
        "Fjell &\n    -- Field Outfitters",
        "-- orders of Fjell\n-- & Field Outfitters",
        "Ｆｊｅｌｌ & Field Outfitters",
        "Fje\u00adll & Field Outfitters",
        "Fjéll & Field Outfitters",
    ],
)
def test_every_spelling_is_found(text: str) -> None:
    assert len(found("Fjell & Field Outfitters AS", text)) == 1


@pytest.mark.parametrize(
    ("company", "text", "pieces"),
    [
        ("Müller GmbH", "Mueller, Müller, Muller, MÜLLERS", ["Mueller", "Müller", "Muller", "MÜLLER"]),
        ("Müller GmbH", "Mu\u0308ller", ["Mu\u0308ller"]),
        ("Mueller GmbH", "Müller und müller_demo", ["Müller", "müller"]),
        ("Société Générale S.A.", "SocieteGenerale; societe generale's", ["SocieteGenerale", "societe generale"]),
        ("Smørrebrød ApS", "smorrebrod, Smoerrebroed", ["smorrebrod", "Smoerrebroed"]),
        ("Weiß AG", "weiss_demo, WEISS", ["weiss", "WEISS"]),
        ("HelioWorks", "Helio Works, helio_works, helioworks", ["Helio Works", "helio_works", "helioworks"]),
        ("O'Reilly", "oreilly, O’Reilly, o_reilly", ["oreilly", "O’Reilly", "o_reilly"]),
        ("Studio54", "studio 54, STUDIO-54", ["studio 54", "STUDIO-54"]),
        ("株式会社山田製作所", "山田製作所の売上、株式会社山田製作所", ["山田製作所", "山田製作所"]),
        ("ソニック", "ｿﾆｯｸの売上", ["ｿﾆｯｸ"]),
        ("Ada", "Ada, ada_demo, AdaBank, getAda, ADA's, ada2", ["Ada", "ada", "Ada", "Ada", "ADA", "ada"]),
        ("3M", "3M and 3m_demo, 3m-dbt-demo-1", ["3M", "3m", "3m"]),
        ("Contoso", "jane@contoso.de, https://shop.contoso.com/x", ["contoso.de", "shop.contoso.com"]),
        ("Contoso", "jane@mycontoso.co.uk, www.contoso-eu.shop", ["mycontoso.co.uk", "www.contoso-eu.shop"]),
    ],
)  # fmt: skip
def test_accents_camel_case_and_addresses(company: str, text: str, pieces: list[str]) -> None:
    assert found(company, text) == pieces


@pytest.mark.parametrize(
    ("company", "text"),
    [
        ("Ada", "adapter, canada, Adapters, adabank, NADA, readable"),
        ("Contoso", "contosoft"),
        ("Fjell & Field", "Fjell\n\nField, fjell,field | fjell | field"),
        ("GE", "age, ge, image, GEnerate"),
        ("3M", "3 months, 13M, 3Months"),
        ("Target", "target-path: target; Target warehouse: Snowflake, {{ target.type }}"),
        ("Orders", "select * from orders; -- Orders by day"),
        ("Data Quality Ltd", "tags: [data_quality], Data quality demo guide"),
        ("山田製作所", "山田さんの製作所"),
    ],
)
def test_what_only_looks_alike_is_left_alone(company: str, text: str) -> None:
    assert found(company, text) == []


def test_a_name_of_ordinary_words_is_found_where_it_is_written_like_a_name() -> None:
    assert found("Target Corporation", "We met Target; target_demo, Target's team, Target Corp. info@target.com") == [
        "Target", "target", "Target", "Target", "target.com",
    ]  # fmt: skip


def test_the_short_form_counts_only_if_it_was_used() -> None:
    company, text = "Northwind Outfitters", "northwind_orders"
    assert found(company, text, heard="Northwind wants repeat purchases.") == ["northwind"]
    assert found(company, text, heard="Northwind Outfitters wants repeat purchases.") == []
    assert found(company, text, heard="They fear the northwind.") == []


def test_the_short_form_may_have_two_words_but_not_a_common_one_alone() -> None:
    assert found("St. Brannoc Health", "St. Brannoc, St. John", heard="At St. Brannoc, St. John") == [
        "St. Brannoc"
    ]
    assert found("First National Bank", "first orders", heard="First, they want one revenue.") == []


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("Contoso Outfitters' data", "Project Bluebird' data"),
        ("Contoso Outfitters GmbH, Köln", "Project Bluebird, Köln"),
        ("contoso_outfitters_demo", "project_bluebird_demo"),
        ("contoso-outfitters", "project-bluebird"),
        ("ContosoOutfittersApp", "ProjectBluebirdApp"),
        ("jane@contoso-outfitters.com.", "jane@project-bluebird.example."),
        ("https://www.contosooutfitters.de/shop", "https://project-bluebird.example/shop"),
        ("Contoso's team at CONTOSO", "Project Bluebird's team at Project Bluebird"),
    ],
)
def test_the_alias_takes_the_shape_of_what_it_replaces(text: str, replaced: str) -> None:
    name = RealName("Contoso Outfitters GmbH", heard="Contoso wants one revenue")
    assert name.replace(text, ALIAS) == replaced
    assert name.find(replaced) == []


def test_japanese_legal_form_goes_with_the_name() -> None:
    name = RealName("株式会社山田製作所")
    assert name.replace("株式会社山田製作所の売上", "Fuji") == "Fujiの売上"


def test_a_hostile_name_is_only_text() -> None:
    company = "Robert'); DROP TABLE demos;--"
    assert found(company, f"-- {company}") == ["Robert'); DROP TABLE demos"]
    assert found(company, "robert_drop_table_demos_demo") == ["robert_drop_table_demos"]
    assert found("(.*)+[", "any text (.*)+[ here") == ["(.*)+["]
