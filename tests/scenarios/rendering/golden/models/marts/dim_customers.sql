-- Who our customers are and what each of them is worth.
-- Grain: One row per customer.

with fct_orders as (

    select
        order_id,
        customer_id,
        order_date,
        order_amount
    from {{ ref('fct_orders') }}

),

int_customers_profiled as (

    select
        customer_id,
        customer_name,
        sales_region,
        loyalty_tier,
        signed_up_on
    from {{ ref('int_customers_profiled') }}

),

-- What each customer has ordered so far.
spend as (

    select
        customer_id,
        count(order_id) as order_count,
        sum(order_amount) as lifetime_value,
        min(order_date) as first_order_date
    from fct_orders
    group by customer_id

),

final as (

    select
        int_customers_profiled.customer_id,
        int_customers_profiled.customer_name,
        int_customers_profiled.sales_region,
        int_customers_profiled.loyalty_tier,
        int_customers_profiled.signed_up_on,
        spend.first_order_date,
        coalesce(spend.order_count, 0) as order_count,
        coalesce(spend.lifetime_value, 0) as lifetime_value
    from int_customers_profiled
    left join spend
        on int_customers_profiled.customer_id = spend.customer_id

)

select * from final
