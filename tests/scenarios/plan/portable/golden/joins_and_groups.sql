with orders as (
    select
        order_id,
        customer_id,
        order_date,
        amount,
        status,
        is_paid,
        created_at
    from {{ ref('stg_shop__orders') }}
),

customers as (
    select
        customer_id,
        region,
        signup_date
    from {{ ref('stg_shop__customers') }}
),

final as (
    select
        customers.region as sales_region,
        cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date) as order_month,
        count(distinct orders.order_id) as order_count,
        round(sum(orders.amount) / nullif(count(*), 0), 2) as average_value,
        {{ dbt.listagg(
            'orders.status',
            "', '",
            'order by orders.status desc nulls last, orders.order_id asc'
        ) }} as statuses,
        {{ dbt.bool_or('orders.is_paid') }} as any_paid,
        max(orders.created_at) as last_created_at
    from orders
    inner join customers
        on
            orders.customer_id = customers.customer_id
            and orders.order_date >= customers.signup_date
    group by
        customers.region,
        order_month
)

select * from final
