-- Customers with clean names and types, one row per account.
-- Names and types are settled in the base model.

with customers as (

    select
        customer_id,
        customer_name,
        email_address,
        sales_region,
        loyalty_tier,
        signed_up_on
    from {{ ref('base_shop__customers') }}

)

select * from customers
