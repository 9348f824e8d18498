{{ config(materialized='incremental', unique_key='order_id', on_schema_change='append_new_columns') }}

with orders as (

    select * from {{ ref('stg_shop__orders') }}
    {% if is_incremental() %}
    -- reload the last three days, so that late corrections arrive too
    where order_date >= (
        select {{ dbt.dateadd('day', -3, 'max(loaded.order_date)') }} from {{ this }} as loaded
    )
    {% endif %}

),

ranked as (

    select
        order_id,
        customer_id,
        order_date,
        order_status,
        row_number() over (partition by order_id order by order_date desc) as row_rank
    from orders

),

amounts as (

    select * from {{ ref('int_order_lines_priced') }}

)

select
    ranked.order_id,
    ranked.customer_id,
    ranked.order_date,
    ranked.order_status,
    amounts.line_count,
    amounts.order_amount
from ranked
left join amounts on ranked.order_id = amounts.order_id
where ranked.row_rank = 1
