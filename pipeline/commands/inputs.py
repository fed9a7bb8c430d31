"""Opening files in ffmpeg safely, and turning a graph into arguments."""

import ffmpeg

LINK = ("http://", "https://")
"""How a link of our own store begins; a path of ours is absolute or begins with a name of ours."""


def opened(path: str, **options: object) -> ffmpeg.Stream:
    """An ffmpeg input that can read this file and nothing else: no network, no playlist that points elsewhere.

    A link of our own store is read over the network, and then no file.

    `options` stand before `-i`, as in ffmpeg-python.
    """
    allowed = "http,https,tcp,tls" if path.startswith(LINK) else "file,pipe"
    return ffmpeg.input(path, protocol_whitelist=allowed, **options)


def lavfi(graph: str, **options: object) -> ffmpeg.Stream:
    """A generated source such as `color=black:size=1920x1080`."""
    return ffmpeg.input(graph, format="lavfi", **options)


def arguments(output: ffmpeg.Stream) -> list[str]:
    """The arguments of the whole graph, program name not included."""
    return ffmpeg.get_args(output)
