"""What an S3 server says when it does not do as asked, in sentences that say what to do."""

import contextlib
from collections.abc import Generator
from typing import Literal
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

from pipeline.errors import Damaged, NotFound, PipelineError, StorageRefused, StorageUnavailable
from storage.s3_place import S3Place

Doing = Literal["read", "write", "delete", "list", "make"]

REFUSED = {
    "InvalidAccessKeyId": (
        "the server does not know this access key",
        "look at RUSHES_S3_KEY, or at the key in RUSHES_S3_URL",
    ),
    "SignatureDoesNotMatch": (
        "the secret does not go with this access key",
        "look at RUSHES_S3_SECRET, or at the secret in RUSHES_S3_URL (/ + @ are written %2F %2B %40 there)",
    ),
    "NoSuchBucket": (
        "there is no such bucket",
        "make it with `rushes storage --make-bucket`, or name another in RUSHES_S3_URL",
    ),
    "RequestTimeTooSkewed": (
        "the clocks of this machine and of the server differ by more than 15 minutes",
        "set both by NTP (`timedatectl set-ntp true`), then try again",
    ),
    "AuthorizationHeaderMalformed": (
        "the bucket is in another region",
        "add ?region=… to RUSHES_S3_URL, with the region of the bucket",
    ),
    "PermanentRedirect": (
        "the bucket is in another region or behind another host",
        "give the host and ?region=… of the bucket in RUSHES_S3_URL",
    ),
    "InvalidBucketName": ("this cannot be the name of a bucket", "name another in RUSHES_S3_URL"),
}

FULL = {"InsufficientStorage", "XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded"}
BUSY = {"SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted", "SlowDownWrite", "SlowDownRead"}
DAMAGED = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "InvalidPart"}
GONE = {"NoSuchKey", "NoSuchUpload"}


@contextlib.contextmanager
def told(place: S3Place, doing: Doing, key: str = "") -> Generator[None]:
    """Turns what the SDK and the connection raise inside into errors of ours.

    Raises:
        NotFound: the object or upload is not there.
        Damaged: the server received other bytes than were sent.
        StorageRefused: the server will never do this as things are set up.
        StorageUnavailable: the server cannot be had, or failed.
    """
    try:
        yield
    except S3Error as error:
        raise _answered(place, doing, key, error.code or "", error.message or "", error.response.status) from error
    except (InvalidResponseError, ParseError, ValueError) as error:
        raise _not_s3(place, error) from error
    except (ServerError, MinioException) as error:
        status = getattr(error, "status_code", 500)
        raise _answered(place, doing, key, "", str(error), status) from error
    except HTTPError as error:
        raise _unreached(place, error) from error


def _answered(place: S3Place, doing: Doing, key: str, code: str, message: str, status: int) -> PipelineError:
    if code in GONE:
        return NotFound(f"{key}: no such {'upload' if code == 'NoSuchUpload' else 'object'}")
    if code in DAMAGED:
        return Damaged(f"{key}: did not arrive as it was sent ({code})", todo="send it again")
    if code in REFUSED or status == 403:
        todo = "give the key that right (docs/storage.md has the least a key needs), or use another key"
        what, todo = REFUSED.get(code, (f"this access key may not {doing} there", todo))
        return StorageRefused(f"{place.shown}: {what}", todo=todo)
    return _failed(place, doing, code, message, status)


def _failed(place: S3Place, doing: Doing, code: str, message: str, status: int) -> PipelineError:
    if code in FULL or status == 507:
        return StorageUnavailable(f"{place.shown}: the server's disk is full", todo="give it more room, then try again")
    if code in BUSY or status == 503:
        return StorageUnavailable(f"{place.shown}: the server is busy ({code or status})", todo="try again in a minute")
    said = f"{code or status}: {message}".rstrip(": ")
    if status >= 500:
        todo = "look at the server's log and at how much room its disk has, then try again"
        return StorageUnavailable(f"{place.shown}: the server failed to {doing} ({said})", todo=todo)
    todo = "look at the server's log, and whether RUSHES_S3_URL is the address of an S3 server"
    return StorageRefused(f"{place.shown}: the server does not {doing} this ({said})", todo=todo)


def _not_s3(place: S3Place, error: Exception) -> PipelineError:
    said = str(error)
    if "HTTP request to an HTTPS server" in said or "HTTP request was sent to HTTPS port" in said:
        return _tls(place, "the server speaks TLS on this port, and was spoken to without")
    if " 403," in said:
        return _answered(place, "read", "", "", "", 403)
    if " 503," in said or " 502," in said or " 504," in said:
        return StorageUnavailable(f"{place.shown}: the server is busy or starting", todo="try again in a minute")
    todo = "look at the host and port in RUSHES_S3_URL"
    return StorageRefused(f"{place.shown}: what answers there is not an S3 server", todo=todo)


def _tls(place: S3Place, what: str) -> PipelineError:
    scheme = "http" if place.secure else "https"
    return StorageRefused(f"{place.shown}: {what}", todo=f"write {scheme}:// in RUSHES_S3_URL, or give the other port")


def _unreached(place: S3Place, error: HTTPError) -> PipelineError:
    cause: BaseException | None = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(cause, SSLError):
        said = str(cause)
        if "certificate" in said.lower() and "WRONG_VERSION" not in said:
            todo = "give the server a certificate this machine trusts, or name its authority in SSL_CERT_FILE"
            return StorageRefused(f"{place.shown}: the server's certificate is not trusted", todo=todo)
        return _tls(place, "the server does not speak TLS on this port, and was spoken to with it")
    if isinstance(cause, NameResolutionError):
        todo = "look at the host in RUSHES_S3_URL, and at this machine's network"
        return StorageUnavailable(f"{place.shown}: no machine of that name is known", todo=todo)
    if isinstance(cause, (NewConnectionError, ConnectTimeoutError)):
        todo = "start the server, or look at the host and port in RUSHES_S3_URL and at what lies between"
        return StorageUnavailable(f"{place.shown}: nothing answers there", todo=todo)
    todo = "look at the server and at the network between, then try again; what was acknowledged is kept"
    return StorageUnavailable(f"{place.shown}: the connection broke off", todo=todo)
