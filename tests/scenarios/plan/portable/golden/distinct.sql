with customers as (
    select region
    from {{ ref('stg_shop__customers') }}
),

final as (
    select distinct region as sales_region
    from customers
    where region is not null
)

select * from final
