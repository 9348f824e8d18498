with orders as (
    select
        order_id,
        customer_id,
        order_date,
        amount
    from {{ ref('stg_shop__orders') }}
),

numbered as (
    select
        order_id,
        customer_id,
        amount,
        row_number() over (
            partition by customer_id
            order by order_date desc nulls last, order_id desc nulls last
        ) as row_number_by_day
    from orders
    where customer_id is not null
),

final as (
    select
        order_id,
        customer_id,
        amount
    from numbered
    where row_number_by_day = 1
)

select * from final
