"""The hands: ffmpeg, PyAV, OpenCV, speech models. Take paths, give values; know no store, no database."""
