"""A demo as one file, to move it from one installation to another.

The file is a zip archive of three JSON texts: `manifest.json` says what it is and what the project was worth at its
source, `brief.json` and `plan.json` are data that the importing side validates like anything that is typed. Files of
the project are not in it: the importing side renders them from the plan and proves them, and the same DemoForge, dbt
and template give the same bytes.

`format.py` shapes of the texts; `archive.py` the bounds of the archive; `writing.py`, `reading.py` the two directions;
`moving.py` what people do; `comparing.py` whether the same project came out.
"""
