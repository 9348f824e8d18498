select * from {{ ref('fct_things') }} where thing_id is null
