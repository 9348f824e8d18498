with orders as (
    select
        order_id,
        amount
    from {{ ref('stg_shop__orders') }}
),

customers as (
    select customer_id
    from {{ ref('stg_shop__customers') }}
),

final as (
    select
        order_id as document_id,
        amount,
        cast('order' as {{ dbt.type_string() }}) as kind_text
    from orders

    union all

    select
        customer_id as document_id,
        cast(null as {{ dbt.type_numeric() }}) as amount,
        cast('customer' as {{ dbt.type_string() }}) as kind_text
    from customers
)

select * from final
