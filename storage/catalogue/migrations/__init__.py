"""The catalogue's schema, step by step, for Alembic."""
