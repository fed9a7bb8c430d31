"""Text that may hold links and addresses, without what must not be seen: signatures and passwords."""

import re

_QUERY = re.compile(r"(?P<link>https?://[^\s'\"<>?]*)\?[^\s'\"<>]*?(?=[:,;)\]]*(?:[\s'\"<>]|$))", re.IGNORECASE)
_PASSWORD = re.compile(
    r"(?P<before>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^\s'\"<>/?#:@]*:)[^\s'\"<>/?#]*(?=@)", re.IGNORECASE
)


def unsigned(text: str) -> str:
    """The text, the query of each http(s) link in it shortened to `?…`, and the password of each address to `…`.

    A presigned link of S3 holds its signature in its query: whoever has it may read until it ends.

    >>> unsigned("ffmpeg -i 'http://s3:8333/b/a%20b.mp4?X-Amz-Signature=2f&X-Amz-Date=1' -y out.mp4")
    "ffmpeg -i 'http://s3:8333/b/a%20b.mp4?…' -y out.mp4"
    >>> unsigned("https://s3/b/a.mp4?X-Amz-Signature=2f: Server returned 403 Forbidden")
    'https://s3/b/a.mp4?…: Server returned 403 Forbidden'
    >>> unsigned("amqp://rushes:s3cr3t@mq.lan//: away")
    'amqp://rushes:…@mq.lan//: away'
    """
    return _PASSWORD.sub(r"\g<before>…", _QUERY.sub(r"\g<link>?…", text))
