with customers as (
    select customer_id
    from {{ ref('stg_shop__customers') }}
),

final as (
    select count(*) as customer_count
    from customers
)

select * from final
