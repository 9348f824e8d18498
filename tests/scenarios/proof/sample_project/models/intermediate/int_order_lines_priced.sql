with order_items as (

    select * from {{ ref('stg_shop__order_items') }}

),

products as (

    select * from {{ ref('stg_shop__products') }}

)

select
    order_items.order_id,
    count(*) as line_count,
    sum(order_items.quantity * products.unit_price) as order_amount
from order_items
inner join products on order_items.product_id = products.product_id
group by order_items.order_id
