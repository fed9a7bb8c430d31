"""The catalogue: what there is, who is on it, what was drafted from what, and what waits for whom."""
