with orders as (
    select
        order_id,
        amount,
        quantity
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        order_id,
        cast(round(amount) as {{ dbt.type_int() }}) as whole_amount,
        cast(floor(amount) as {{ dbt.type_int() }}) as floor_amount,
        cast(quantity as {{ dbt.type_numeric() }}) / 2 as half,
        7.0 / 2 as fixed,
        amount / nullif(quantity, 0) as unit_price,
        -amount as negative,
        (amount + 1) * 2 - (amount - 1) as calculated,
        amount - (quantity - 1) as minus_minus,
        round(amount, 1) as rounded,
        ceil(amount) as ceiling_amount,
        abs(amount - 100) as distance,
        mod(order_id, 3) as third,
        mod(quantity, 2) as odd_or_even,
        round(cast(amount as {{ dbt.type_numeric() }}), 1) as one_decimal,
        greatest(coalesce(amount, 0), 50) as at_least_fifty,
        nullif(amount, 0) as amount_or_null,
        case when amount > 50 then 1 else 0 end as is_big
    from orders
    where amount is not null
)

select * from final
