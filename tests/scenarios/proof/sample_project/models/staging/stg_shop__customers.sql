-- depends_on: {{ ref('customers') }}

with source as (

    select * from {{ source('shop', 'customers') }}

),

renamed as (

    select
        cast(customer_id as {{ dbt.type_int() }}) as customer_id,
        cast(customer_name as {{ dbt.type_string() }}) as customer_name,
        cast(email as {{ dbt.type_string() }}) as email,
        cast(region as {{ dbt.type_string() }}) as region,
        cast(signed_up_on as date) as signed_up_on
    from source

)

select * from renamed
