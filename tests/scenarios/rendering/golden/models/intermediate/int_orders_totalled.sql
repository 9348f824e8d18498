-- Adds up the lines of each order and measures how long the delivery took.
-- Grain: One row per order.

with int_order_items_priced as (

    select
        order_id,
        quantity,
        line_amount,
        line_cost
    from {{ ref('int_order_items_priced') }}

),

stg_shop__orders as (

    select
        order_id,
        customer_id,
        ordered_at,
        delivered_on,
        order_status
    from {{ ref('stg_shop__orders') }}

),

-- A cancelled order has no lines: it counts with an amount of zero.
totals as (

    select
        order_id,
        sum(quantity) as item_count,
        sum(line_amount) as order_amount,
        sum(line_cost) as order_cost
    from int_order_items_priced
    group by order_id

),

final as (

    select
        stg_shop__orders.order_id,
        stg_shop__orders.customer_id,
        stg_shop__orders.order_status,
        cast(stg_shop__orders.ordered_at as date) as order_date,
        stg_shop__orders.order_status = 'delivered' as is_delivered,
        {{ dbt.datediff(
            'cast(stg_shop__orders.ordered_at as date)',
            'stg_shop__orders.delivered_on',
            'day'
        ) }} as days_to_deliver,
        coalesce(totals.item_count, 0) as item_count,
        coalesce(totals.order_amount, 0) as order_amount,
        coalesce(totals.order_cost, 0) as order_cost
    from stg_shop__orders
    left join totals
        on stg_shop__orders.order_id = totals.order_id
    where cast(stg_shop__orders.ordered_at as date) >= cast('2025-01-01' as date)

)

select * from final
