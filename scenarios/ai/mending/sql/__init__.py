"""Mends statements: SQL of another dialect, unknown names and small slips become portable SQL. Pure."""
