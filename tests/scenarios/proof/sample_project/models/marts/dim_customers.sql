with customers as (

    select * from {{ ref('stg_shop__customers') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

spend as (

    select
        customer_id,
        count(distinct order_id) as order_count,
        sum(order_amount) as lifetime_value
    from orders
    group by customer_id

)

select
    customers.customer_id,
    customers.customer_name,
    customers.email,
    customers.region,
    customers.signed_up_on,
    coalesce(spend.order_count, 0) as order_count,
    coalesce(spend.lifetime_value, 0) as lifetime_value
from customers
left join spend on customers.customer_id = spend.customer_id
