"""ffmpeg commands as data: graphs built with ffmpeg-python, compiled to lists of arguments. Nothing is run here."""
