"""The containers that Rushes opens. Every other demuxer of libavformat (playlists, scripts, devices) stays shut."""

FORMATS = (
    "mov",
    "matroska",
    "webm",
    "avi",
    "mpegts",
    "mpeg",
    "mxf",
    "ogg",
    "flv",
    "asf",
    "dv",
    "gxf",
    "rm",
    "wav",
    "w64",
    "aiff",
    "caf",
    "flac",
    "mp3",
    "aac",
    "ac3",
    "eac3",
    "amr",
    "ape",
    "wv",
    "h264",
    "hevc",
    "gif",
    "apng",
    "webp",
    "png_pipe",
    "jpeg_pipe",
    "webp_pipe",
    "tiff_pipe",
    "bmp_pipe",
    "exr_pipe",
    "psd_pipe",
    "dpx_pipe",
    "jpegxl_pipe",
)
"""Demuxers, by the names of `ffmpeg -demuxers` (one name of each is enough): each reads one file and names no other."""

STILLS = ("png_pipe", "jpeg_pipe", "webp_pipe", "tiff_pipe", "bmp_pipe", "exr_pipe", "psd_pipe", "dpx_pipe")
"""Demuxers of one picture without time."""

FORMAT_WHITELIST = ",".join(FORMATS)
"""As libavformat takes it, in the option of the same name."""
