"""Where objects and knowledge are kept: the object store and its keys."""
