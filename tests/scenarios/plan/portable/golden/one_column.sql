with customers as (
    select customer_id
    from {{ ref('stg_shop__customers') }}
),

final as (
    select customer_id
    from customers
)

select * from final
