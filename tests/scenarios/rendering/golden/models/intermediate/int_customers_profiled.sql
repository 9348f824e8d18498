-- Gives every customer a loyalty tier, guests too.
-- Grain: One row per customer.

with stg_shop__customers as (

    select
        customer_id,
        customer_name,
        sales_region,
        loyalty_tier,
        signed_up_on
    from {{ ref('stg_shop__customers') }}

),

final as (

    select
        customer_id,
        customer_name,
        sales_region,
        signed_up_on,
        coalesce(loyalty_tier, 'guest') as loyalty_tier
    from stg_shop__customers

)

select * from final
