"""Where the adapters of the four warehouses differ from dbt's own macros. Pure.

An adapter looks for a macro among its own, then in the adapter that it stands on (Databricks on Spark, Redshift on
PostgreSQL), then among dbt's own: the classes inherit in the same order.
"""

from scenarios.plan.portable.adapters.default import Default, Value


class Snowflake(Default):
    """dbt-snowflake."""

    relation_quote = ""

    def right(self, text: Value, count: Value) -> str:
        """Nothing, for a count of 0."""
        return f"case when {count} = 0 then '' else right({text}, {count}) end"

    def safe_cast(self, value: Value, target: Value) -> str:
        """Gives null for what it cannot read."""
        return f"try_cast({value} as {target})"

    def bool_or(self, value: Value) -> str:
        """Snowflake's own name."""
        return f"boolor_agg({value})"

    def escape_single_quotes(self, text: Value) -> str:
        """With a backslash."""
        return str(text).replace("'", "\\'")


class BigQuery(Default):
    """dbt-bigquery."""

    relation_quote = "`"
    string, integer, numeric = "string", "INT64", "numeric"

    def date_trunc(self, unit: Value, value: Value) -> str:
        """Gives a timestamp."""
        return f"timestamp_trunc(cast({value} as timestamp), {unit})"

    def dateadd(self, unit: Value, count: Value, value: Value) -> str:
        """Gives a datetime."""
        return f"datetime_add(cast({value} as datetime), interval {count} {unit})"

    def datediff(self, first: Value, second: Value, unit: Value) -> str:
        """The later one comes first."""
        return f"datetime_diff(cast({second} as datetime), cast({first} as datetime), {unit})"

    def split_part(self, text: Value, delimiter: Value, part: int) -> str:
        """Gives null, not an empty text, when there is no such part."""
        return f"split({text}, {delimiter})[safe_offset({part - 1})]"

    def position(self, part: Value, text: Value) -> str:
        """The text comes first."""
        return f"strpos({text}, {part})"

    def right(self, text: Value, count: Value) -> str:
        """Cut from behind."""
        return f"case when {count} = 0 then '' else substr({text}, -1 * ({count})) end"

    def hash(self, value: Value) -> str:
        """The digest comes as bytes."""
        return f"to_hex({super().hash(value)})"

    def safe_cast(self, value: Value, target: Value) -> str:
        """Gives null for what it cannot read."""
        return f"safe_cast({value} as {target})"

    def listagg(self, value: Value, separator: Value = "','", order: Value = "") -> str:
        """The order stands inside."""
        return f"string_agg({value}, {separator}" + (f" {order})" if order else ")")

    def bool_or(self, value: Value) -> str:
        """BigQuery's own name."""
        return f"logical_or({value})"

    def escape_single_quotes(self, text: Value) -> str:
        """With a backslash."""
        return str(text).replace("'", "\\'")

    def string_literal(self, text: Value) -> str:
        """Between three quotes."""
        return f"'''{text}'''"


class Spark(Default):
    """dbt-spark, as far as dbt-databricks takes it over."""

    relation_quote = "`"
    string, numeric = "string", "decimal(28,6)"

    def concat(self, parts: list[Value]) -> str:  # type: ignore[override]
        """As a function."""
        return f"concat({', '.join(str(part) for part in parts)})"

    def listagg(self, value: Value, separator: Value = "','", order: Value = "") -> str:
        """Leaves the order out."""
        return f"array_join(collect_list({value}), {separator})"

    def bool_or(self, value: Value) -> str:
        """True is the greatest."""
        return f"max({value})"

    def any_value(self, value: Value) -> str:
        """The first that comes."""
        return f"first({value})"

    def escape_single_quotes(self, text: Value) -> str:
        """With a backslash."""
        return str(text).replace("'", "\\'")


class Databricks(Spark):
    """dbt-databricks, on any runtime since 10.4."""

    def dateadd(self, unit: Value, count: Value, value: Value) -> str:
        """Gives a timestamp."""
        return f"timestampadd({unit}, {count}, {value})"

    def datediff(self, first: Value, second: Value, unit: Value) -> str:
        """Counts borders, as the other warehouses do."""
        return f"timestampdiff({unit}, {self.date_trunc(unit, first)}, {self.date_trunc(unit, second)})"

    def split_part(self, text: Value, delimiter: Value, part: int) -> str:
        """Splits by a pattern, whose first character is escaped; gives null when there is no such part."""
        pattern = (
            f"case when regexp_extract({delimiter}, '([^A-Za-z0-9])(.*)', 1) != '_' "
            f"then concat('\\\\', {delimiter}) else {delimiter} end"
        )
        return f"get(split({text}, {pattern}), {part - 1})"


class Postgres(Default):
    """dbt-postgres, as far as dbt-redshift takes it over."""

    def any_value(self, value: Value) -> str:
        """The smallest; there is none of booleans."""
        return f"min({value})"


class Redshift(Postgres):
    """dbt-redshift."""

    def length(self, text: Value) -> str:
        """Redshift's own name."""
        return f"len({text})"
