-- depends_on: {{ ref('products') }}

with source as (

    select * from {{ source('shop', 'products') }}

),

renamed as (

    select
        cast(product_id as {{ dbt.type_int() }}) as product_id,
        cast(product_name as {{ dbt.type_string() }}) as product_name,
        cast(category as {{ dbt.type_string() }}) as category,
        cast(unit_price as {{ dbt.type_numeric() }}) as unit_price
    from source

)

select * from renamed
