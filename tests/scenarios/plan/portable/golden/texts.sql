with orders as (
    select
        order_id,
        status,
        code
    from {{ ref('stg_shop__orders') }}
),

final as (
    select
        order_id,
        cast('2026-01-31' as date) as code_date,
        cast(
            {{ dbt.string_literal(dbt.escape_single_quotes("{ { x } } it's")) }} as {{ dbt.type_string() }}
        ) as said,
        lower(trim(status)) as clean_status,
        {{ dbt.split_part('code', "'-'", 1) }} as code_start,
        {{ dbt.concat([
            'coalesce(' ~ dbt.split_part(dbt.concat(['code', "'-'"]), "'-'", 2) ~ ", '')",
            "'/'",
            'upper(status)'
        ]) }} as code_status,
        {{ dbt.length('code') }} as code_length,
        {{ dbt.position("'-'", 'code') }} as dash_position,
        {{ dbt.replace('code', "'-'", "'+'") }} as code_plus,
        left(code, 2) as code_left,
        {{ dbt.right('code', '2') }} as code_right,
        substring(code, 2, 3) as code_middle,
        code like 'A%' as starts_with_a,
        lower(code) like '%x' as ends_with_x,
        code = {{ dbt.string_literal(dbt.escape_single_quotes("it's")) }} as is_odd,
        {{ dbt.hash(dbt.concat(['code', 'cast(order_id as ' ~ dbt.type_string() ~ ')'])) }} as order_key,
        {{ dbt.split_part(dbt.concat(['code', "'--'"]), "'-'", 3) }} as code_end
    from orders
    where status is not null
)

select * from final
