with orders as (
    select
        order_id,
        customer_id,
        order_date,
        amount,
        status
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        order_id,
        row_number() over (
            partition by customer_id
            order by order_date desc nulls last, order_id asc
        ) as latest_first,
        lag(amount, 1) over (partition by customer_id order by order_id) as previous_amount,
        sum(amount) over (
            partition by customer_id
            order by order_id
            rows between unbounded preceding and current row
        ) as running_amount,
        first_value(status) over (
            partition by customer_id
            order by order_id
            rows between unbounded preceding and unbounded following
        ) as first_status,
        amount / nullif(sum(amount) over (partition by customer_id), 0) as share_of_customer,
        avg(amount) over (order by order_id rows between 2 preceding and current row) as moving_average
    from orders
)

select * from final
