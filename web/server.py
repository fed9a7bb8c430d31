"""Serving the app: one process, every browser's stream ended before it goes."""

import logging
import socket

import uvicorn
from fastapi import FastAPI

SECONDS = 5
"""Seconds that answers under way are given when the app is told to end."""


class Server(uvicorn.Server):
    """The app on a port, until it is told to end."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=SECONDS,
        )
        super().__init__(config)
        logging.getLogger("uvicorn.access").disabled = True  # it would write addresses, and some hold a secret
        self._hub = app.state.hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams, which would last for minutes, then waits for the other answers."""
        await self._hub.close()
        await super().shutdown(sockets)
