"""Calls of language models: one small protocol over the official SDKs. Nothing here knows what a plan is."""
