"""The catalogue's tables, one module for each thing people would ask about in one breath."""
