-- Order lines with typed quantities, one row per line.
-- Names and types are settled here, once; every later model builds on them.
-- depends_on: {{ ref('order_items') }}

with source as (

    select
        order_item_id,
        order_id,
        product_id,
        quantity,
        discount_amount
    from {{ source('shop', 'order_items') }}

),

renamed as (

    select
        cast(order_item_id as {{ dbt.type_int() }}) as order_item_id,
        cast(order_id as {{ dbt.type_int() }}) as order_id,
        cast(product_id as {{ dbt.type_int() }}) as product_id,
        cast(quantity as {{ dbt.type_int() }}) as quantity,
        cast(discount_amount as {{ dbt.type_numeric() }}) as discount_amount
    from source

)

select * from renamed
