"""Servers that stand in for outside systems: real HTTP on loopback, scripted by the test."""
