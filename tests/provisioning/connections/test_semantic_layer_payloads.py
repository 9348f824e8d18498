"""Bodies of the Semantic Layer, field by field."""

import pytest

from provisioning.connections.fields import Existing
from provisioning.connections.payloads import (
    Unusable,
    semantic_layer_configuration_body,
    semantic_layer_credentials_body,
    semantic_layer_mapping_body,
    service_token_body,
)
from tests.provisioning.connections.warehouses import (
    ACCOUNT,
    BIGQUERY,
    DATABRICKS,
    KEY_PARTS,
    PROJECT,
    REDSHIFT,
    SNOWFLAKE,
    private_key,
    secrets,
)


class TestSemanticLayer:
    VALUES = {
        "snowflake": (
            SNOWFLAKE,
            {
                "auth_type": "password",
                "user": "DBT_DEMO",
                "password": "sn0w",
                "role": "DEMO_ROLE",
                "warehouse": "DEMO_WH",
            },
        ),
        "bigquery": (BIGQUERY, KEY_PARTS),
        "databricks": (DATABRICKS, {"token": "dapi-1", "catalog": "main"}),
        "redshift": (REDSHIFT, {"username": "dbt_demo", "password": "r3d"}),
        "existing": (
            Existing(connection_id=1, adapter="bigquery", adapter_version="bigquery_v1"),
            KEY_PARTS,
        ),
    }

    @pytest.mark.parametrize("name", VALUES)
    def test_credentials_of_each_warehouse(self, name):
        fields, values = self.VALUES[name]
        key = {"private_key": private_key()} if fields.adapter == "bigquery" else {}
        version = "bigquery_v1" if name == "existing" else f"{fields.adapter}_v0"
        body = semantic_layer_credentials_body(
            fields, secrets(), account_id=ACCOUNT, project_id=PROJECT, name="SL of Acme"
        )
        assert body == {
            "account_id": ACCOUNT,
            "project_id": PROJECT,
            "name": "SL of Acme",
            "adapter_version": version,
            "schema_type": "semantic_layer_credentials",
            "values": values | key,
        }

    def test_an_existing_bigquery_needs_its_key_file_here(self):
        with pytest.raises(Unusable, match="key file"):
            semantic_layer_credentials_body(
                Existing(connection_id=1, adapter="bigquery"), {}, account_id=1, project_id=2, name="x"
            )

    def test_configuration_token_and_mapping(self):
        ids = {"account_id": ACCOUNT, "project_id": PROJECT}
        assert semantic_layer_configuration_body(**ids, environment_id=3) == ids | {
            "environment_id": 3,
            "state": 1,
        }
        assert service_token_body(name="sl-acme-7f3c", project_id=PROJECT) == {
            "name": "sl-acme-7f3c",
            "permission_grants": [
                {"permission_set": "semantic_layer_only", "project_id": PROJECT},
                {"permission_set": "metadata_only", "project_id": PROJECT},
            ],
        }
        assert semantic_layer_mapping_body(**ids, credentials_id=4, service_token_id=5) == ids | {
            "semantic_layer_credentials_id": 4,
            "service_token_id": 5,
            "state": 1,
        }
