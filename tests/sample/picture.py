"""The rush: the person moves before the set as long as the performance lasts; 3840 x 2160, 25 frames a second."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile

from tests.sample import performance, scenery
from tests.sample.portrait import CROWN_AT, HEAD_AT, SCALE, Person, Pose

HEAD, CROWN = 1620, 205
"""Column of the head's middle and row of the crown: left of the middle, so that a graphic finds room at the right."""
TIMECODE = "10:00:00:00"
CRF = 30
VOICE_BITRATE = "96k"


def poses(loudness: NDArray[np.float32], seed: int = 17) -> tuple[Pose, ...]:
    """The pose in each frame. Nobody sits still: slow waves that never meet, a nod where the voice is strong."""
    frames = len(loudness)
    seconds = np.arange(frames) / performance.FPS

    def wave(period: float, phase: float = 0.0) -> NDArray[np.float64]:
        return np.sin(2 * np.pi * seconds / period + phase)

    stress = np.convolve(loudness, np.hanning(17) / np.hanning(17).sum(), "same")
    lips = np.convolve(loudness, (0.2, 0.6, 0.2), "same")
    lids = _blinks(frames, seed)
    x = 8 * wave(9.7) + 3 * wave(3.9, 1.1)
    y = 2 * wave(4.3, 0.4)
    grow = 0.0022 * wave(4.3, 0.9)
    turn = 0.010 * wave(6.1, 0.3) + 0.007 * wave(2.7, 2.0) * (0.3 + stress)
    nod = 7 * stress + 1.5 * wave(1.9)
    return tuple(
        Pose(*(round(float(value), 4) for value in row))
        for row in zip(x, y, grow, turn, nod, np.where(lips > 0.06, lips, 0), lids, strict=True)
    )


def _blinks(frames: int, seed: int) -> NDArray[np.float64]:
    """How far the lids are closed in each frame: a blink of 0.2 s each 2 to 6 s."""
    draw = np.random.default_rng(seed)
    lids = np.zeros(frames)
    at = int(draw.integers(40, 80))
    while at + 5 < frames:
        lids[at : at + 5] = (0.55, 1.0, 1.0, 0.6, 0.25)
        at += int(draw.integers(2 * performance.FPS, 6 * performance.FPS))
    return lids


def frames(moves: tuple[Pose, ...]) -> Iterator[NDArray[np.uint8]]:
    """Each frame of the film, BGR."""
    wall, (desk, cover) = scenery.wall(), scenery.desk()
    person = Person()
    height, width = person.picture.shape[:2]
    top, left = round(CROWN - CROWN_AT * SCALE), round(HEAD - HEAD_AT * SCALE)
    where = (slice(top, top + height), slice(left, left + width))
    back, front = wall[where], (desk * cover[..., None])[where]
    clear = (1 - cover[where])[..., None]
    still = wall * (1 - cover[..., None]) + desk * cover[..., None]
    film = np.round(still * 255).astype(np.uint8)
    for pose in moves:
        drawn = person.drawn(pose)
        seen = (back * (1 - drawn[..., 3:]) + drawn[..., :3]) * clear + front
        film[where] = np.clip(seen * 255 + 0.5, 0, 255).astype(np.uint8)
        yield film


def filmed(path: Path, sound: NDArray[np.float32]) -> None:
    """Writes the rush: H.264 tuned for size with a key frame each 2 s, AAC, a timecode, the index at the front.

    Raises:
        RuntimeError: ffmpeg could not write it.
    """
    sound_file = path.with_suffix(".wav")
    wavfile.write(sound_file, performance.SAMPLE_RATE, np.round(sound * 32767).astype(np.int16))
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pixel_format", "bgr24", "-video_size", f"{scenery.WIDTH}x{scenery.HEIGHT}",
        "-framerate", str(performance.FPS), "-i", "pipe:0", "-i", str(sound_file),
        "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p",
        "-c:v", "libx264", "-preset", "slow", "-crf", str(CRF), "-g", str(2 * performance.FPS),
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
        "-c:a", "aac", "-b:a", VOICE_BITRATE, "-timecode", TIMECODE, "-movflags", "+faststart",
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", str(path),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as camera:
        if camera.stdin is None or camera.stderr is None:
            raise RuntimeError("ffmpeg gave no pipe")
        for frame in frames(poses(performance.loudness(sound))):
            camera.stdin.write(frame.tobytes())
        camera.stdin.close()
        said = camera.stderr.read().decode(errors="replace")
    sound_file.unlink()
    if camera.returncode:
        message = f"{path}: ffmpeg failed\n{said}"
        raise RuntimeError(message)
