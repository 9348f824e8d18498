"""The functions and types of each warehouse that the report knows. Facts only, and pure.

An allow-list: a parser reads any function in any dialect, so what is not listed here is reported.
"""

from scenarios.plan.names import Warehouse


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EVERYWHERE = _words(
    "abs avg cast ceil coalesce count dense_rank extract first_value floor greatest lag last_value lead least "
    "left lower max min mod nullif power rank replace round row_number substring sum trim upper"
)

#: Functions by warehouse, lower case. Of each, what the printer prints and what dbt's macros give there.
FUNCTIONS: dict[Warehouse, frozenset[str]] = {
    "snowflake": _EVERYWHERE
    | _words(
        "any_value boolor_agg concat date_trunc dateadd datediff iff last_day length listagg md5 nvl position "
        "right split_part substr to_char to_date try_cast"
    ),
    "bigquery": _EVERYWHERE
    | _words(
        "any_value concat date date_add date_diff date_trunc datetime_add datetime_diff if ifnull last_day length "
        "logical_or md5 right safe_cast safe_offset split string_agg strpos substr timestamp_trunc to_hex"
    ),
    "databricks": _EVERYWHERE
    | _words(
        "any_value array_join bool_or collect_list concat date_add date_trunc dateadd datediff first get if last_day "
        "length md5 nvl position regexp_extract right split split_part substr timestampadd timestampdiff to_date "
        "try_cast"
    ),
    "redshift": _EVERYWHERE
    | _words(
        "any_value bool_or concat date_trunc dateadd datediff last_day len length listagg md5 nvl position right "
        "split_part strpos substr to_char to_date"
    ),
}

_TYPES_EVERYWHERE = _words("integer int bigint smallint boolean date timestamp")

#: Types that a cast may name.
TYPES: dict[Warehouse, frozenset[str]] = {
    "snowflake": _TYPES_EVERYWHERE
    | _words("text string varchar char number numeric decimal float double datetime timestamp_ntz"),
    "bigquery": _TYPES_EVERYWHERE | _words("string int64 numeric decimal bignumeric float64 bool datetime"),
    "databricks": _TYPES_EVERYWHERE
    | _words("string long tinyint decimal numeric double float varchar char timestamp_ntz"),
    "redshift": _TYPES_EVERYWHERE
    | _words("text varchar char numeric decimal real float double_precision bool timestamptz"),
}

#: Types that need a size, and what happens without one.
NEED_A_SIZE: dict[Warehouse, dict[str, str]] = {
    "snowflake": dict.fromkeys(("numeric", "decimal", "number"), "without a size it has no decimal places"),
    "bigquery": {},
    "databricks": {
        **dict.fromkeys(("varchar", "char"), "it needs a length"),
        **dict.fromkeys(("numeric", "decimal"), "without a size it has no decimal places"),
    },
    "redshift": dict.fromkeys(("numeric", "decimal"), "without a size it has no decimal places"),
}

#: Words that may stand before an opening parenthesis and are no functions.
NO_FUNCTIONS = _words(
    "all and as between by case cross distinct else end except exists filter from group having in inner intersect "
    "interval is join like not nulls on or order outer over partition qualify range rows select some then union "
    "using values when where with within"
)
