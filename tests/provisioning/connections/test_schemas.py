"""Which schemas a demo makes, and the statements that drop them."""

import pytest
import sqlglot
from sqlglot import exp

from provisioning.connections.fields import Existing
from provisioning.connections.schemas import demo_schemas, drop_statements
from tests.provisioning.connections.warehouses import BIGQUERY, DATABRICKS, REDSHIFT, SNOWFLAKE

SCHEMAS = ("acme_20261123_prod", "acme_20261123_prod_raw")

STATEMENTS = {
    "snowflake": (SNOWFLAKE, 'DROP SCHEMA IF EXISTS "DEMO"."ACME_20261123_PROD" CASCADE;'),
    "bigquery": (BIGQUERY, "DROP SCHEMA IF EXISTS `acme-analytics`.`acme_20261123_prod` CASCADE;"),
    "databricks": (DATABRICKS, "DROP SCHEMA IF EXISTS `main`.`acme_20261123_prod` CASCADE;"),
    "databricks without catalog": (
        DATABRICKS.model_copy(update={"catalog": ""}),
        "DROP SCHEMA IF EXISTS `hive_metastore`.`acme_20261123_prod` CASCADE;",
    ),
    "redshift": (REDSHIFT, 'DROP SCHEMA IF EXISTS "acme_20261123_prod" CASCADE;'),
    "existing snowflake": (
        Existing(connection_id=1, adapter="snowflake", user="u"),
        'DROP SCHEMA IF EXISTS "ACME_20261123_PROD" CASCADE;',
    ),
    "existing snowflake with a database": (
        Existing(connection_id=1, adapter="snowflake", user="u", database="sales"),
        'DROP SCHEMA IF EXISTS "SALES"."ACME_20261123_PROD" CASCADE;',
    ),
    "existing bigquery": (
        Existing(connection_id=1, adapter="bigquery"),
        "DROP SCHEMA IF EXISTS `acme_20261123_prod` CASCADE;",
    ),
    "existing databricks": (
        Existing(connection_id=1, adapter="databricks", catalog="main"),
        "DROP SCHEMA IF EXISTS `main`.`acme_20261123_prod` CASCADE;",
    ),
    "existing redshift": (
        Existing(connection_id=1, adapter="redshift", user="u"),
        'DROP SCHEMA IF EXISTS "acme_20261123_prod" CASCADE;',
    ),
}


def test_a_demo_makes_its_own_schema_and_the_raw_one():
    assert demo_schemas("acme_20261123_prod") == SCHEMAS


@pytest.mark.parametrize("name", STATEMENTS)
def test_one_statement_for_each_schema(name):
    fields, first = STATEMENTS[name]
    raw = first.replace("_prod", "_prod_raw").replace("_PROD", "_PROD_RAW")
    assert drop_statements(fields, SCHEMAS) == [first, raw]


@pytest.mark.parametrize("name", STATEMENTS)
def test_each_warehouse_reads_one_drop_of_one_schema(name):
    fields, statement = STATEMENTS[name]
    (parsed,) = sqlglot.parse(statement, read=fields.adapter)
    assert isinstance(parsed, exp.Drop)
    assert (parsed.args["kind"], parsed.args["exists"], parsed.args["cascade"]) == ("SCHEMA", True, True)


def test_a_strange_database_cannot_end_its_quotes():
    odd = SNOWFLAKE.model_copy(update={"database": 'my "db"; drop database x; --'})
    assert drop_statements(odd, ["s"]) == [
        'DROP SCHEMA IF EXISTS "my ""db""; drop database x; --"."S" CASCADE;'
    ]
    odd = DATABRICKS.model_copy(update={"catalog": "a`b"})
    assert drop_statements(odd, ["s"]) == ["DROP SCHEMA IF EXISTS `a``b`.`s` CASCADE;"]


@pytest.mark.parametrize(
    "schema", ["", "1st", "a b", "a-b", 'a"b', "a`b", "a.b", "a;", "ä", "a\n", "a" * 128]
)
def test_names_that_are_not_plain_are_refused(schema):
    with pytest.raises(ValueError, match="letters, digits and underscores"):
        drop_statements(REDSHIFT, [schema])
    with pytest.raises(ValueError, match="letters, digits and underscores"):
        demo_schemas(schema)


def test_the_raw_schema_has_to_fit_too():
    with pytest.raises(ValueError, match="at most 127"):
        demo_schemas("a" * 124)
    assert len(demo_schemas("a" * 123)[1]) == 127
