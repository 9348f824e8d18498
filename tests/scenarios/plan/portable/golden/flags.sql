with orders as (
    select
        customer_id,
        order_date,
        amount,
        status,
        is_paid
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        customer_id,
        sum(case when status = 'paid' and is_paid then 1 else 0 end) as paid_orders,
        sum(
            case
                when status = 'paid' then amount
                when status = 'open' then amount / 2
                else 0
            end
        ) as weighted_amount,
        sum(case when is_paid then amount end) / nullif(sum(amount), 0) as paid_share,
        min(order_date) as first_order_date,
        {{ dbt.any_value('customer_id') }} as some_customer_id,
        {{ dbt.bool_or('customer_id > 11') }} as is_late_customer
    from orders
    group by customer_id
)

select * from final
