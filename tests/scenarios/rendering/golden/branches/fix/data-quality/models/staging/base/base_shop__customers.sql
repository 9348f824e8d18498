-- Customers with settled names and types, before anything is fixed.
-- A staging model may join base models, but never another staging model.
-- depends_on: {{ ref('customers') }}

with source as (

    select
        customer_id,
        full_name,
        email,
        region,
        loyalty_tier,
        signed_up_on
    from {{ source('shop', 'customers') }}

),

renamed as (

    select
        cast(customer_id as {{ dbt.type_int() }}) as customer_id,
        cast(full_name as {{ dbt.type_string() }}) as customer_name,
        cast(email as {{ dbt.type_string() }}) as email_address,
        cast(region as {{ dbt.type_string() }}) as sales_region,
        cast(loyalty_tier as {{ dbt.type_string() }}) as loyalty_tier,
        cast(signed_up_on as date) as signed_up_on
    from source

)

select * from renamed
