"""Makes the sample lesson again: `python -m tests.sample FOLDER` (`make sample`)."""
