"""What is known about an asset besides its file: where it comes from, what it shows in words, how it is to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade() -> None:
    """Adds four columns; nothing that is there changes."""
    for name in ("source", "alternative", "alpha"):
        op.add_column("asset", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("asset", sa.Column("loops", sa.Boolean(), server_default=sa.text("false"), nullable=False))
