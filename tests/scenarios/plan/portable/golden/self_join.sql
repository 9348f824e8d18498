with orders as (
    select
        order_id,
        customer_id
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        a.order_id,
        b.order_id as later_order_id
    from orders as a
    inner join orders as b
        on
            a.customer_id = b.customer_id
            and a.order_id < b.order_id
)

select * from final
