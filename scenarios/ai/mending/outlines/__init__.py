"""Mends an outline as a model wrote it: names, columns, the model graph, the story. Pure, on plain data."""
