-- The calendar behind every metric over time.
-- Whole months, from the first to the last fact: a comparison with last month finds its days.

with fct_orders as (

    select order_date
    from {{ ref('fct_orders') }}

),

dim_customers as (

    select signed_up_on
    from {{ ref('dim_customers') }}

),

fact_days as (

    select cast(order_date as date) as fact_day
    from fct_orders
    union all
    select cast(signed_up_on as date) as fact_day
    from dim_customers

),

bounds as (

    select
        min(fact_day) as first_day,
        max(fact_day) as last_day
    from fact_days

),

calendar as (

    {{ dbt.date_spine(datepart="day", start_date="cast('2023-01-01' as date)", end_date="cast('2028-01-01' as date)") }}

),

final as (

    select cast(calendar.date_day as date) as date_day
    from calendar
    cross join bounds
    where
        cast(calendar.date_day as date) >= cast({{ dbt.date_trunc('month', 'bounds.first_day') }} as date)
        and cast(calendar.date_day as date) <= cast({{ dbt.last_day('bounds.last_day', 'month') }} as date)

)

select * from final
