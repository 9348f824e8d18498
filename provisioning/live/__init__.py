"""Demos that stand at GitHub and dbt Cloud: are they ready for the call, and what is there that nobody owns."""
