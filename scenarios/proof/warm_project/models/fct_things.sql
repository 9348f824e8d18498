{{ config(materialized='incremental', unique_key='thing_id') }}

-- depends_on: {{ ref('things') }}
select
    cast(thing_id as {{ dbt.type_int() }}) as thing_id,
    happened_on
from {{ source('raw', 'things') }}
{% if is_incremental() %}
where happened_on >= (select max(loaded.happened_on) from {{ this }} as loaded)
{% endif %}
