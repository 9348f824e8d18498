with orders as (
    select
        order_id,
        order_date,
        created_at,
        quantity
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        order_id,
        cast({{ dbt.dateadd('month', 1, 'order_date') }} as date) as next_month_date,
        cast({{ dbt.dateadd('day', '(-quantity)', 'order_date') }} as date) as earlier_date,
        cast('2026-01-31' as date) as cut_off,
        cast({{ dbt.dateadd('month', -6, 'order_date') }} as date) as earlier_quarter_date,
        cast(
            {{ dbt.dateadd(
                'month',
                '(order_id * 3)',
                'created_at'
            ) }} as {{ dbt.type_timestamp() }}
        ) as later_quarter_at,
        cast({{ dbt.dateadd('hour', 3, 'created_at') }} as {{ dbt.type_timestamp() }}) as later_at,
        cast(created_at as date) as created_date,
        cast({{ dbt.date_trunc('year', 'created_at') }} as date) as created_year,
        {{ dbt.datediff(dbt.date_trunc('month', 'order_date'), 'created_at', 'day') }} as days_in_month,
        {{ dbt.last_day('order_date', 'month') }} as month_end,
        extract(year from order_date) as order_year,
        extract(month from order_date) as order_month_number,
        order_date > cast('2026-01-31' as date) as is_late,
        {{ dbt.datediff(
            'order_date',
            dbt.date_trunc('quarter', dbt.dateadd('month', 5, 'order_date')),
            'month'
        ) }} as months_ahead,
        case
            when order_date between cast('2026-02-01' as date) and cast('2026-02-28' as date)
                then 'february'
            else 'other'
        end as period_text
    from orders
)

select * from final
