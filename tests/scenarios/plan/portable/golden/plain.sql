with orders as (
    select
        order_id,
        amount
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        order_id,
        amount
    from orders
)

select * from final
