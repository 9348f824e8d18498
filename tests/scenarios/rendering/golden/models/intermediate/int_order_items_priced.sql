-- Money is computed here and nowhere else: quantity times list price, minus the discount.
-- Grain: One row per order line.

{{
    config(
        materialized='ephemeral'
    )
}}

with stg_shop__order_items as (

    select
        order_item_id,
        order_id,
        product_id,
        quantity,
        discount_amount
    from {{ ref('stg_shop__order_items') }}

),

stg_shop__products as (

    select
        product_id,
        product_name,
        category,
        unit_price,
        unit_cost
    from {{ ref('stg_shop__products') }}

),

final as (

    select
        stg_shop__order_items.order_item_id,
        stg_shop__order_items.order_id,
        stg_shop__order_items.product_id,
        stg_shop__products.product_name,
        stg_shop__products.category,
        stg_shop__order_items.quantity,
        stg_shop__order_items.quantity * stg_shop__products.unit_price
        - stg_shop__order_items.discount_amount as line_amount,
        stg_shop__order_items.quantity * stg_shop__products.unit_cost as line_cost
    from stg_shop__order_items
    inner join stg_shop__products
        on stg_shop__order_items.product_id = stg_shop__products.product_id

)

select * from final
