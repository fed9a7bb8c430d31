"""Run by Alembic for every command: steps are taken on the connection that `steps.upgrade` was given."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
