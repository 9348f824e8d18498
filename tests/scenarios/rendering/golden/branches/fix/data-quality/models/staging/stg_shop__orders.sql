-- Orders with typed dates and readable names, one row per order.
-- Names and types are settled in the base model; what the tests caught is fixed here.

with orders as (

    select
        order_id,
        customer_id,
        invoice_number,
        ordered_at,
        delivered_on,
        order_status,
        is_gift
    from {{ ref('base_shop__orders') }}

),

known_customers as (

    select customer_id
    from {{ ref('base_shop__customers') }}

),

-- An order of a customer nobody knows. Staging keeps only orders whose customer_id is known in
-- customers.
checked as (

    select
        orders.order_id,
        orders.customer_id,
        orders.invoice_number,
        orders.ordered_at,
        orders.delivered_on,
        orders.order_status,
        orders.is_gift
    from orders
    inner join known_customers
        on orders.customer_id = known_customers.customer_id

),

-- One state, three spellings. Staging writes one code for one meaning in order_status: delivered for
-- Delivered and DELIVERED.
corrected as (

    select
        order_id,
        customer_id,
        invoice_number,
        ordered_at,
        delivered_on,
        is_gift,
        case
            when order_status = 'Delivered' then 'delivered'
            when order_status = 'DELIVERED' then 'delivered'
            else order_status
        end as order_status
    from checked

)

select * from corrected
