"""Input models with rows, and statements that use the whole language. Shared by the tests."""

from scenarios.plan.portable import Inputs

INPUTS: Inputs = {
    "stg_shop__orders": {
        "order_id": "integer",
        "customer_id": "integer",
        "order_date": "date",
        "amount": "number",
        "status": "string",
        "is_paid": "boolean",
        "created_at": "timestamp",
        "code": "string",
        "quantity": "integer",
    },
    "stg_shop__customers": {
        "customer_id": "integer",
        "customer_name": "string",
        "region": "string",
        "signup_date": "date",
    },
}
IMPORT_NAMES = {"stg_shop__orders": "orders", "stg_shop__customers": "customers"}

DUCKDB_TYPES = {
    "integer": "integer",
    "number": "decimal(28, 6)",
    "string": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
ROWS = {
    "stg_shop__orders": [
        (1, 10, "2026-01-03", 120.5, "paid", True, "2026-01-03 08:15:00", "A-001-x", 3),
        (2, 10, "2026-01-31", 80, "open", False, "2026-01-31 23:59:59", "B-002", 2),
        (3, 11, "2026-02-14", 15.25, "paid", True, "2026-02-14 12:00:00", "2026-02-01", 7),
        (4, 12, "2026-02-28", 0, "returned", None, "2026-02-28 00:00:00", None, 0),
        (5, 12, "2026-03-01", 99.99, "paid", True, "2026-03-01 10:30:00", "C-003-y", 5),
        (6, 13, "2025-12-31", 7.5, None, False, "2025-12-31 18:00:00", "it's", 1),
        (7, None, "2026-03-15", None, "open", None, "2026-03-15 09:00:00", "D-004", None),
        (8, 11, "2026-02-14", 300, "paid", True, "2026-02-15 01:00:00", "E-005-z", 11),
    ],
    "stg_shop__customers": [
        (10, "Ada Lovelace", "north", "2025-06-01"),
        (11, "Grace O'Neil", "south", "2025-11-15"),
        (12, "Alan Turing", "north", "2026-02-28"),
        (13, "Edsger", None, None),
        (14, "No Orders", "west", "2026-01-01"),
    ],
}

#: Name → statement. Each must be accepted, printed, read back, and give the same rows as written.
GOOD: dict[str, str] = {
    "plain": "select order_id, amount from stg_shop__orders",
    "one_column": "select customer_id from stg_shop__customers",
    "count": "select count(*) as customer_count from stg_shop__customers",
    "distinct": "select distinct region as sales_region from stg_shop__customers where region is not null;",
    "joins_and_groups": """
        select c.region as sales_region, date_trunc('month', o.order_date) as order_month,
            count(distinct o.order_id) as order_count, round(sum(o.amount) / count(*), 2) as average_value,
            listagg(o.status, ', ') within group (order by o.status desc nulls last, o.order_id) as statuses,
            bool_or(o.is_paid) as any_paid, max(o.created_at) as last_created_at
        from stg_shop__orders o
        inner join stg_shop__customers c on c.customer_id = o.customer_id and o.order_date >= c.signup_date
        group by c.region, date_trunc('month', o.order_date)""",
    "imports_and_final": """
        -- a comment, dropped {{ var('x') }}
        with orders as (select * from stg_shop__orders),
        per_customer as (
            select customer_id, sum(amount) as revenue, count(*) as order_count, avg(quantity) as average_quantity
            from orders where order_date >= '2026-01-01' and (status in ('paid', 'open') or is_paid = false)
            group by customer_id having count(*) > 0
        ),
        unused as (select region from stg_shop__customers),
        final as (
            select p.customer_id, c.customer_name
                    || ' (' || coalesce(c.region, '?') || ') ' || p.order_count as label_text,
                p.revenue / p.order_count as average_order_value, 100 * p.order_count / 7 as share_of_seven,
                rank() over (order by p.revenue desc nulls last, p.customer_id) as revenue_position
            from per_customer as p left join stg_shop__customers as c on c.customer_id = p.customer_id
        )
        select * from final""",
    "dates": """
        select order_id, datediff('day', date_trunc('month', order_date), created_at) as days_in_month,
            dateadd(month, 1, order_date) as next_month_date, dateadd(day, -quantity, order_date) as earlier_date,
            last_day(order_date) as month_end, extract(year from order_date) as order_year,
            month(order_date) as order_month_number, order_date > '2026-01-31' as is_late,
            date '2026-01-31' as cut_off, dateadd(quarter, -2, order_date) as earlier_quarter_date,
            dateadd(quarter, order_id, created_at) as later_quarter_at, dateadd(hour, 3, created_at) as later_at,
            datediff(month, order_date, date_trunc('quarter', dateadd(month, 5, order_date))) as months_ahead,
            cast(created_at as date) as created_date, date_trunc('year', created_at) as created_year,
            case when order_date between '2026-02-01' and '2026-02-28' then 'february' else 'other' end
                as period_text
        from stg_shop__orders""",
    "texts": """
        select order_id, lower(trim(status)) as clean_status, split_part(code, '-', 1) as code_start,
            coalesce(split_part(code, '-', 2), '') || '/' || upper(status) as code_status,
            length(code) as code_length, position('-' in code) as dash_position, replace(code, '-', '+') as code_plus,
            left(code, 2) as code_left, right(code, 2) as code_right, substring(code, 2, 3) as code_middle,
            code like 'A%' as starts_with_a, code ilike '%X' as ends_with_x, code = 'it''s' as is_odd,
            md5(code || order_id) as order_key,
            split_part(code, '-', 3) as code_end, cast('2026-01-31' as date) as code_date, '{{ x }} it''s' as said
        from stg_shop__orders where status is not null""",
    "numbers": """
        select order_id, quantity / 2 as half, 7 / 2 as fixed, amount / nullif(quantity, 0) as unit_price,
            -amount as negative, (amount + 1) * 2 - (amount - 1) as calculated, amount - (quantity - 1) as minus_minus,
            cast(amount as integer) as whole_amount, cast(floor(amount) as int) as floor_amount,
            round(amount, 1) as rounded, ceil(amount) as ceiling_amount, abs(amount - 100) as distance,
            mod(order_id, 3) as third, quantity % 2 as odd_or_even, amount::numeric(10, 1) as one_decimal,
            greatest(coalesce(amount, 0), 50) as at_least_fifty, nullif(amount, 0) as amount_or_null,
            iff(amount > 50, 1, 0) as is_big
        from stg_shop__orders where amount is not null""",
    "conditions": """
        select order_id, not (is_paid or amount > 1) as neither, not (amount between 1 and 90) as outside,
            status not in ('paid', 'open') and status not like 're%' as odd_status,
            case when is_paid then true else false end as is_settled,
            case when amount > 100 and status = 'paid' and is_paid and customer_id between 1 and 1000000
                and order_date >= date '2026-01-01' then 'large and important order'
                when amount > 50 then 'medium' else null end as size_band,
            case status when 'paid' then 1 when 'open' then 2 else 0 end as status_number,
            coalesce(case when amount > 100 and status = 'paid' and is_paid and customer_id between 1 and 1000
                then 'large' end, 'nothing to say about it', lower(trim(status))) as long_text,
            case when amount > 1 then round((amount * 100 - customer_id * 3)
                / nullif(amount + customer_id - 12, 0), 2)
                + coalesce(amount, 0) * 17 / (customer_id + 1) end as long_number
        from stg_shop__orders""",
    "windows": """
        select order_id,
            row_number() over (partition by customer_id order by order_date desc nulls last, order_id) as latest_first,
            lag(amount, 1) over (partition by customer_id order by order_id) as previous_amount,
            sum(amount) over (partition by customer_id order by order_id
                rows between unbounded preceding and current row) as running_amount,
            first_value(status) over (partition by customer_id order by order_id
                rows between unbounded preceding and unbounded following) as first_status,
            amount / sum(amount) over (partition by customer_id) as share_of_customer,
            avg(amount) over (order by order_id rows between 2 preceding and current row) as moving_average
        from stg_shop__orders""",
    "union": """
        select order_id as document_id, amount, 'order' as kind_text from stg_shop__orders
        union all select customer_id, null, 'customer' from stg_shop__customers""",
    "self_join": """
        select a.order_id, b.order_id as later_order_id from stg_shop__orders a
        join stg_shop__orders b on b.customer_id = a.customer_id and b.order_id > a.order_id""",
    "derived_table": """
        select o.order_id, o.amount, t.total_amount from stg_shop__orders o
        cross join (select sum(amount) as total_amount from stg_shop__orders) t""",
    "latest_row": """
        with numbered as (
            select order_id, customer_id, amount,
                row_number() over (partition by customer_id order by order_date desc nulls last, order_id desc)
                    as row_number_by_day
            from stg_shop__orders where customer_id is not null
        )
        select order_id, customer_id, amount from numbered where row_number_by_day = 1""",
    "flags": """
        select customer_id, sum(case when status = 'paid' and is_paid then 1 else 0 end) as paid_orders,
            sum(case when status = 'paid' then amount when status = 'open' then amount / 2 else 0 end)
                as weighted_amount,
            sum(case when is_paid then amount end) / sum(amount) as paid_share, min(order_date) as first_order_date,
            any_value(customer_id) as some_customer_id,
            any_value(customer_id > 11) as is_late_customer
        from stg_shop__orders group by customer_id""",
}
