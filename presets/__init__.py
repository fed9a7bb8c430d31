"""Data: framings, styles, encode profiles, brand, words, models. No code."""
