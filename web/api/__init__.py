"""The JSON API, shared by pages and the command line."""
