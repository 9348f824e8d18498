-- depends_on: {{ ref('orders') }}

with source as (

    select * from {{ source('shop', 'orders') }}

),

renamed as (

    select
        cast(order_id as {{ dbt.type_int() }}) as order_id,
        cast(customer_id as {{ dbt.type_int() }}) as customer_id,
        cast(order_date as date) as order_date,
        cast(order_status as {{ dbt.type_string() }}) as order_status
    from source

)

select * from renamed
