"""What the resources of the `dbtcloud` provider take, version 1.12: argument names from its documentation.

A name with `!` is required, one with `=` an object whose own arguments follow under the same name after a dot.
"""

_SNOWFLAKE = "auth_type! num_threads! project_id! database password private_key private_key_passphrase role schema user"
_SNOWFLAKE += " semantic_layer_credential warehouse is_active"
_DATABRICKS = "project_id! adapter_type catalog schema semantic_layer_credential target_name token"
_REDSHIFT = "default_schema! num_threads! project_id! is_active password username"
_BIGQUERY = "dataset! num_threads! project_id! connection_id is_active"
_CONFIGURATION = "adapter_version! name! project_id!"
_KEY = "private_key_id private_key client_email client_id auth_uri token_uri auth_provider_x509_cert_url"
_KEY += " client_x509_cert_url"

ARGUMENTS = {
    "dbtcloud_project": "name! description dbt_project_subdirectory type",
    "dbtcloud_repository": "project_id! remote_url! git_clone_strategy github_installation_id is_active",
    "dbtcloud_project_repository": "project_id! repository_id!",
    "dbtcloud_global_connection": "name! snowflake= bigquery= databricks= redshift= private_link_endpoint_id",
    "dbtcloud_global_connection.snowflake": "account! database! warehouse! role allow_sso client_session_keep_alive",
    "dbtcloud_global_connection.bigquery": f"gcp_project_id! location timeout_seconds retries priority {_KEY}",
    "dbtcloud_global_connection.databricks": "host! http_path! catalog",
    "dbtcloud_global_connection.redshift": "hostname! dbname! port",
    "dbtcloud_snowflake_credential": _SNOWFLAKE,
    "dbtcloud_bigquery_credential": _BIGQUERY,
    "dbtcloud_databricks_credential": _DATABRICKS,
    "dbtcloud_redshift_credential": _REDSHIFT,
    "dbtcloud_environment": "name! project_id! type! connection_id credential_id custom_branch dbt_version"
    " deployment_type use_custom_branch is_active",
    "dbtcloud_environment_variable": "environment_values! name! project_id!",
    "dbtcloud_job": "environment_id! execute_steps! name! project_id! triggers!= execution= deferring_environment_id"
    " description generate_docs job_type num_threads run_generate_sources schedule_cron schedule_type target_name",
    "dbtcloud_job.triggers": "git_provider_webhook! github_webhook! on_merge! schedule!",
    "dbtcloud_job.execution": "timeout_seconds",
    "dbtcloud_semantic_layer_configuration": "environment_id! project_id!",
    "dbtcloud_snowflake_semantic_layer_credential": "configuration!= credential!=",
    "dbtcloud_bigquery_semantic_layer_credential": "configuration!= credential!= execution_project "
    + " ".join(f"{key}!" for key in _KEY.split()),
    "dbtcloud_databricks_semantic_layer_credential": "configuration!= credential!=",
    "dbtcloud_redshift_semantic_layer_credential": "configuration!= credential!=",
}
for _adapter, _own in {
    "snowflake": _SNOWFLAKE,
    "bigquery": _BIGQUERY,
    "databricks": _DATABRICKS,
    "redshift": _REDSHIFT,
}.items():
    ARGUMENTS[f"dbtcloud_{_adapter}_semantic_layer_credential.configuration"] = _CONFIGURATION
    ARGUMENTS[f"dbtcloud_{_adapter}_semantic_layer_credential.credential"] = _own

#: What may stand in every resource.
META = {"count", "depends_on"}

#: What other resources may ask of one, beside its arguments.
READ_ONLY = {
    "dbtcloud_project": {"id"},
    "dbtcloud_repository": {"repository_id", "deploy_key"},
    "dbtcloud_project_repository": set(),
    "dbtcloud_global_connection": {"id"},
    "dbtcloud_environment": {"environment_id"},
} | {
    f"dbtcloud_{name}_credential": {"credential_id"}
    for name in ("snowflake", "bigquery", "databricks", "redshift")
}


def faults(resource: str, attributes: dict) -> list[str]:
    """Arguments that the provider does not have, and required ones that are missing, with their place."""
    if resource not in ARGUMENTS:
        return [f"no resource {resource}"]
    listed = {name.rstrip("!="): name for name in ARGUMENTS[resource].split()}
    given = attributes.keys() - META
    found = [f"{resource} has no {name}" for name in sorted(given - listed.keys())]
    found += [
        f"{resource} needs {name}" for name, mark in listed.items() if "!" in mark and name not in attributes
    ]
    for name, mark in listed.items():
        if "=" in mark and name in attributes:
            found += faults(f"{resource}.{name}", attributes[name])
    return found
