"""Options that several commands have."""

import click

PROGRESS = click.option(
    "--progress",
    type=click.Choice(["auto", "bar", "jsonl", "none"]),
    default="auto",
    help="How progress is shown: bars, one JSON object a line, or not at all.",
)
VIDEO = click.argument("video")
AS_JSON = click.option("--json", "as_data", is_flag=True, help="The same as JSON, for programs.")
