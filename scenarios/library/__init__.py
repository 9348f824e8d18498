"""The library: past demos are found by words, marked, shared, and copied for another prospect."""
