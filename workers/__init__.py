"""Whoever does the slow work: the crew on this machine, and what it publishes."""
