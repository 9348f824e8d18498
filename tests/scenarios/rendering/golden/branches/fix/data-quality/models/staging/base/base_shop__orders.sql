-- Orders with settled names and types, before anything is fixed.
-- A staging model may join base models, but never another staging model.
-- depends_on: {{ ref('orders') }}

with source as (

    select
        order_id,
        customer_id,
        invoice_number,
        order_ts,
        delivered_on,
        status,
        is_gift
    from {{ source('shop', 'orders') }}

),

renamed as (

    select
        cast(order_id as {{ dbt.type_int() }}) as order_id,
        cast(customer_id as {{ dbt.type_int() }}) as customer_id,
        cast(invoice_number as {{ dbt.type_string() }}) as invoice_number,
        cast(order_ts as {{ dbt.type_timestamp() }}) as ordered_at,
        cast(delivered_on as date) as delivered_on,
        cast(status as {{ dbt.type_string() }}) as order_status,
        cast(is_gift as {{ dbt.type_boolean() }}) as is_gift
    from source

)

select * from renamed
