-- The catalogue with typed prices, one row per product.
-- Names and types are settled here, once; every later model builds on them.
-- depends_on: {{ ref('products') }}

with source as (

    select
        product_id,
        sku,
        product_name,
        category,
        unit_price,
        unit_cost
    from {{ source('shop', 'products') }}

),

renamed as (

    select
        cast(product_id as {{ dbt.type_int() }}) as product_id,
        cast(sku as {{ dbt.type_string() }}) as sku,
        cast(product_name as {{ dbt.type_string() }}) as product_name,
        cast(category as {{ dbt.type_string() }}) as category,
        cast(unit_price as {{ dbt.type_numeric() }}) as unit_price,
        cast(unit_cost as {{ dbt.type_numeric() }}) as unit_cost
    from source

)

select * from renamed
