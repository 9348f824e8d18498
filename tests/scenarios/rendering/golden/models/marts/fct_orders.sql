-- The one table for sales questions. Only the last days are computed again at each run.
-- Grain: One row per order.

{{
    config(
        materialized='incremental',
        unique_key='order_id',
        on_schema_change='append_new_columns'
    )
}}

with int_orders_totalled as (

    select
        order_id,
        customer_id,
        order_date,
        order_status,
        is_delivered,
        days_to_deliver,
        item_count,
        order_amount,
        order_cost
    from {{ ref('int_orders_totalled') }}

),

assembled as (

    select
        order_id,
        customer_id,
        order_date,
        order_status,
        is_delivered,
        days_to_deliver,
        item_count,
        order_amount,
        order_amount - order_cost as order_margin
    from int_orders_totalled

),

in_window as (

    select
        order_id,
        customer_id,
        order_date,
        order_status,
        is_delivered,
        days_to_deliver,
        item_count,
        order_amount,
        order_margin
    from assembled
    {% if is_incremental() %}
        -- The last 3 days are computed again, so that late and corrected rows arrive too.
        where
            order_date is null
            or order_date >= (
                select
                    coalesce(
                        cast({{ dbt.dateadd('day', -3, 'max(loaded.order_date)') }} as date),
                        cast('1900-01-01' as date)
                    )
                from {{ this }} as loaded
            )
    {% endif %}

),

-- A key that arrives twice would break the merge.
ranked as (

    select
        order_id,
        customer_id,
        order_date,
        order_status,
        is_delivered,
        days_to_deliver,
        item_count,
        order_amount,
        order_margin,
        row_number() over (
            partition by order_id
            order by
                order_date desc nulls last,
                customer_id asc,
                order_status asc,
                is_delivered asc,
                days_to_deliver asc,
                item_count asc,
                order_amount asc,
                order_margin asc
        ) as row_rank
    from in_window

),

final as (

    select
        order_id,
        customer_id,
        order_date,
        order_status,
        is_delivered,
        days_to_deliver,
        item_count,
        order_amount,
        order_margin
    from ranked
    where row_rank = 1

)

select * from final
