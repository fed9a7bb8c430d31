"""The front door: the `rushes` command and its settings."""
