"""The web app: pages, and the JSON API under them. It reads and writes rows, and never does slow work itself."""
