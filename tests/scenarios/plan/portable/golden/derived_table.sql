with orders as (
    select
        order_id,
        amount
    from {{ ref('stg_shop__orders') }}
),

t as (
    select sum(amount) as total_amount
    from orders
),

final as (
    select
        orders.order_id,
        orders.amount,
        t.total_amount
    from orders
    cross join t
)

select * from final
