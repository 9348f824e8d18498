"""The fields by which each section of a plan is edited, in the order of the page."""

from scenarios.views.editor import Field
from scenarios.views.reading import KINDS
from scenarios.views.showing import KINDS as MOMENTS

COLUMN_TYPES = tuple((name, name) for name in ("integer", "number", "string", "date", "timestamp", "boolean"))
MATERIALIZATIONS = tuple((name, name) for name in ("view", "ephemeral", "table", "incremental"))
DEFECTS = tuple(KINDS.items())
BEATS = tuple((key, label) for key, (label, _) in MOMENTS.items() if key not in ("opening", "close"))
ARRIVALS = (("inserted", "inserted"), ("updated", "updated"), ("late", "late"))

CONTEXT = (
    Field("summary", "What we understood", "text", rows=4),
    Field("use_case", "Use case", "text"),
    Field("objectives", "Business objectives", "lines", help="One per line, at most six.", rows=4),
)

PAIN_POINTS = (
    Field(
        "pain_points", "Pain points", "list", one="Pain point", fields=(
            Field("pain", "What hurts, in the prospect's words", "text", rows=2),
            Field("feature", "dbt feature that answers it"),
            Field("where", "Where to click", help="A model, test, metric or file of this project."),
            Field("minute", "Minute of the talk", "integer"),
            Field("show", "What to show and say", "text"),
            Field("answers", "Answers sentences", "numbers",
                  help="Numbers of the brief's pain sentences, as the pain coverage shows them, with commas."),
        ),
    ),
)  # fmt: skip

TALK_TRACK = (
    Field("opening", "Opening", "text", rows=4),
    Field(
        "beats", "Beats", "list", one="Beat", fields=(
            Field("minute", "Minute", "integer"),
            Field("kind", "Kind of moment", "choice", choices=BEATS),
            Field("title", "Title"),
            Field("click", "What to click", help="A file, model, test or page, in words."),
            Field("opens", "What the link opens", "name", optional=True,
                  help="The name of a model, source table, test or metric."),
            Field("pains", "Answers pain points", "numbers", help="Numbers of the pain points from 1, with commas."),
            Field("say", "What to say", "text", rows=5,
                  help="[[revenue]] stands for the proven value of the metric revenue."),
            Field("if_it_goes_wrong", "If it goes wrong", "text", optional=True, rows=2),
        ),
    ),
    Field("close", "Close", "text", rows=4),
    Field("ends_at", "The demo is over at minute", "integer"),
)  # fmt: skip

QUALITY = (
    Field(
        "scenarios", "Scenarios", "list", one="Scenario", fields=(
            Field("name", "Name", "name", help="Lower case, such as unknown_customer."),
            Field("title", "Title"),
            Field("kind", "Kind of defect", "choice", choices=DEFECTS),
            Field("table", "Source table", "name"),
            Field("column", "Column", "name"),
            Field("row_numbers", "Rows with the defect", "numbers", help="Row numbers from 1 to 10, with commas."),
            Field("test_name", "Test that catches it", "name"),
            Field("failing_rows", "Failing rows", "integer", help="How many rows the test will report."),
            Field("minimum", "Smallest allowed value", "number", optional=True, help="For values out of range."),
            Field("maximum", "Largest allowed value", "number", optional=True, help="For values out of range."),
            Field("later_column", "Column that must not be earlier", "name", optional=True,
                  help="For an impossible order of dates."),
            Field("max_age_days", "Oldest allowed age in days", "integer", optional=True, help="For stale data."),
            Field("corrections", "Corrections of codes", "table", one="Correction", fields=(
                Field("wrong", "Wrong code"),
                Field("right", "Code that was meant"),
            )),
            Field("story", "How it came about", "text"),
            Field("cost", "What it would have cost", "text"),
            Field("fix", "How to fix it live", "text"),
            Field("talking_points", "Talking points", "lines", help="One per line."),
        ),
    ),
)  # fmt: skip

SEMANTIC = (
    Field("semantic_layer", "The demo has a Semantic Layer", "flag"),
    Field(
        "metrics", "What the metrics mean", "table", one="Metric", fields=(
            Field("name", "Name", "name"),
            Field("label", "Label"),
            Field("unit", "Unit", help="Such as EUR, orders or days; % shows a share of 1 times 100."),
            Field("description", "Meaning"),
        ),
    ),
    Field("semantic", "How they are computed", "yaml", optional=True, rows=26,
          help="Entities, dimensions and metric definitions, as YAML. A metric's “by” names its main dimension."),
)  # fmt: skip

FEATURES = (
    Field("features", "What the demo shows off", "yaml", optional=True, rows=32,
          help="Each with the number of the pain it serves and what to say, as YAML. Take one out by removing it."),
)  # fmt: skip

DAY_TWO = (
    Field("story", "What happens overnight", "text"),
    Field(
        "arrivals", "What the incremental mart picks up", "table", one="Row", fields=(
            Field("key", "Unique key", "name"),
            Field("kind", "How it comes", "choice", choices=ARRIVALS),
            Field("what", "In the prospect's words"),
        ),
    ),
)  # fmt: skip

SOURCE = (
    Field("label", "Label"),
    Field("description", "What it represents", "text"),
    Field("staging_purpose", "What its staging model does", "text", rows=2),
    Field("system", "Source system", "name", help="The dbt source it belongs to."),
    Field("primary_key", "Primary key", "name"),
    Field(
        "columns", "Columns", "table", one="Column", fields=(
            Field("name", "Name", "name"),
            Field("type", "Type", "choice", choices=COLUMN_TYPES),
            Field("description", "Description"),
            Field("rename", "Name from staging on", "name", optional=True),
            Field("references", "Refers to", "reference", optional=True, target="table"),
            Field("accepted_values", "Accepted values", "words"),
            Field("required", "Not null", "flag"),
            Field("unique", "Unique", "flag"),
        ),
    ),
)  # fmt: skip

MODEL = (
    Field("purpose", "Purpose", "text"),
    Field("grain", "Grain", help="Such as “one row per order”."),
    Field("business_questions", "Business questions it answers", "lines", help="One per line."),
    Field("materialized", "Materialization", "choice", choices=MATERIALIZATIONS),
    Field("primary_key", "Primary key", "name"),
    Field("inputs", "Reads from", "words", help="Names of upstream models, with commas."),
    Field(
        "columns", "Columns", "table", one="Column", fields=(
            Field("name", "Name", "name"),
            Field("type", "Type", "choice", choices=COLUMN_TYPES),
            Field("description", "Description"),
            Field("references", "Refers to", "reference", optional=True),
            Field("accepted_values", "Accepted values", "words"),
            Field("required", "Not null", "flag"),
        ),
    ),
)  # fmt: skip

STATEMENT = (
    Field("sql", "SELECT statement", "code", rows=24,
          help="Portable SQL that names upstream models as tables. It is checked, and written as dbt code for you."),
    Field("header", "Comment at the top of the file", "text", optional=True, rows=2),
    Field(
        "notes", "Comments in the statement", "table", one="Comment", fields=(
            Field("cte", "Above the CTE", "name"),
            Field("note", "Comment"),
        ),
    ),
)  # fmt: skip

INCREMENTAL = (
    Field("model", "Incremental model", "name"),
    Field("unique_key", "Unique key", "name"),
    Field("cursor", "Cursor column", "name", help="A date or timestamp: newer rows are processed."),
    Field(
        "lookback_days",
        "Lookback in days",
        "integer",
        help="Late and corrected rows of these days are replaced.",
    ),
    Field("why", "Why it pays here", "text"),
)

FLAT = {
    "context": CONTEXT,
    "features": FEATURES,
    "pain_points": PAIN_POINTS,
    "quality": QUALITY,
    "semantic": SEMANTIC,
    "talk_track": TALK_TRACK,
}
