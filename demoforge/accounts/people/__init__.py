"""People and teams: what administrators see and change of them."""
