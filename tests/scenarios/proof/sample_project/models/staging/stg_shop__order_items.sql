-- depends_on: {{ ref('order_items') }}

with source as (

    select * from {{ source('shop', 'order_items') }}

),

renamed as (

    select
        cast(order_item_id as {{ dbt.type_int() }}) as order_item_id,
        cast(order_id as {{ dbt.type_int() }}) as order_id,
        cast(product_id as {{ dbt.type_int() }}) as product_id,
        cast(quantity as {{ dbt.type_int() }}) as quantity
    from source

)

select * from renamed
