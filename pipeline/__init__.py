"""The film: script, speech, tracks, framings, edit, timeline, segments. Pure; `pipeline.media` holds the hands."""
