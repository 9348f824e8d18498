with orders as (
    select
        customer_id,
        order_date,
        amount,
        status,
        is_paid,
        quantity
    from {{ ref('stg_shop__orders') }}
),

customers as (
    select
        customer_id,
        customer_name,
        region
    from {{ ref('stg_shop__customers') }}
),

per_customer as (
    select
        customer_id,
        sum(amount) as revenue,
        count(*) as order_count,
        avg(cast(quantity as {{ dbt.type_numeric() }})) as average_quantity
    from orders
    where
        order_date >= cast('2026-01-01' as date)
        and (status in ('paid', 'open') or not is_paid)
    group by customer_id
    having count(*) > 0
),

final as (
    select
        per_customer.customer_id,
        {{ dbt.concat([
            'customers.customer_name',
            "' ('",
            "coalesce(customers.region, '?')",
            "') '",
            'cast(per_customer.order_count as ' ~ dbt.type_string() ~ ')'
        ]) }} as label_text,
        per_customer.revenue / nullif(per_customer.order_count, 0) as average_order_value,
        cast(100 * per_customer.order_count as {{ dbt.type_numeric() }}) / 7 as share_of_seven,
        rank() over (
            order by per_customer.revenue desc nulls last, per_customer.customer_id asc
        ) as revenue_position
    from per_customer
    left join customers
        on per_customer.customer_id = customers.customer_id
)

select * from final
