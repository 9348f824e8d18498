-- Every line sold with its margin and day: what sells, and what earns.
-- Grain: One row per order line.

with int_order_items_priced as (

    select
        order_item_id,
        order_id,
        product_name,
        category,
        quantity,
        line_amount,
        line_cost
    from {{ ref('int_order_items_priced') }}

),

fct_orders as (

    select
        order_id,
        order_date
    from {{ ref('fct_orders') }}

),

final as (

    select
        int_order_items_priced.order_item_id,
        int_order_items_priced.order_id,
        fct_orders.order_date,
        int_order_items_priced.product_name,
        int_order_items_priced.category,
        int_order_items_priced.quantity,
        int_order_items_priced.line_amount,
        int_order_items_priced.line_amount - int_order_items_priced.line_cost as line_margin
    from int_order_items_priced
    inner join fct_orders
        on int_order_items_priced.order_id = fct_orders.order_id

)

select * from final
