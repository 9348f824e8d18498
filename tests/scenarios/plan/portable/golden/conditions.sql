with orders as (
    select
        order_id,
        customer_id,
        order_date,
        amount,
        status,
        is_paid
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        order_id,
        not is_paid and amount <= 1 as neither,
        amount not between 1 and 90 as outside,
        status not in ('paid', 'open') and status not like 're%' as odd_status,
        coalesce(is_paid, false) as is_settled,
        case
            when
                amount > 100
                and status = 'paid'
                and is_paid
                and customer_id between 1 and 1000000
                and order_date >= cast('2026-01-01' as date)
                then 'large and important order'
            when amount > 50 then 'medium'
        end as size_band,
        case status
            when 'paid' then 1
            when 'open' then 2
            else 0
        end as status_number,
        coalesce(
            case
                when
                    amount > 100
                    and status = 'paid'
                    and is_paid
                    and customer_id between 1 and 1000
                    then 'large'
            end,
            'nothing to say about it',
            lower(trim(status))
        ) as long_text,
        case
            when amount > 1
                then
                    round(
                        (amount * 100 - customer_id * 3)
                        / nullif(amount + customer_id - 12, 0),
                        2
                    )
                    + coalesce(amount, 0) * 17 / nullif(customer_id + 1, 0)
        end as long_number
    from orders
)

select * from final
