"""Voice and words in real sound, without a network."""

import re
import socket
import wave
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.choose import choose, shot_list
from pipeline.commands.inputs import arguments, opened
from pipeline.errors import NotFound, UnreadableMedia
from pipeline.footage import Footage, Media, Rush
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.listen import listen, listen_key
from pipeline.media.model import PACKAGED_SHA256, SpeechModel, speech_model
from pipeline.media.voice import RATE, Voice, runs
from pipeline.reading import read
from pipeline.speech import Speech
from pipeline.takes import Telling
from pipeline.values import Key

SAMPLE = Path(__file__).parents[2] / "scripts" / "collecte"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is listened to may be sent or fetched."""

    def refused(*_: object) -> None:
        raise AssertionError("something wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refused)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> SpeechModel:
    found = speech_model(None, tmp_path_factory.mktemp("cache"))
    if found is None:
        pytest.skip("no speech model: install the extra `speech`")
    return found


def rush(voice: Path, rate: Fraction = Fraction(25), *, silent: bool = False) -> Rush:
    """A rush as long as its sound."""
    with wave.open(str(voice)) as file:
        frames = int(file.getnframes() * rate / RATE)
    media = Media(voice.name, Key("m"), "video", "mov")
    return Rush(voice.name, Key("d"), Key("k"), rate, max(1, frames), Size(1920, 1080), silent, media)


def sound(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def voice_of(ffmpeg: Ffmpeg, source: Path, target: Path, start: float = 0, length: float = 600) -> Path:
    """The sound of a media file as conforming leaves it."""
    made = opened(str(source), ss=start, t=length).audio.output(str(target), ac=1, ar=RATE, acodec="pcm_s16le")
    run(ffmpeg, arguments(made), what="voice of a test")
    return target


def sane(speech: Speech, frames: int) -> None:
    """What must hold of all speech: in order, apart, words within runs."""
    assert all(one.stop < other.start for one, other in pairwise(speech.voiced))
    assert all(one.span.stop <= other.span.start for one, other in pairwise(speech.words))
    assert all(run.start >= 0 and run.stop <= frames for run in speech.voiced)
    assert all(any(word.span.within(run) for run in speech.voiced) for word in speech.words)
    assert len(speech.level) == len(speech.voiced)


def said(speech: Speech) -> str:
    return " ".join(re.findall(r"[^\W_]+", " ".join(word.text for word in speech.words).casefold()))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "chord", "one sample"])
def test_what_is_no_voice_gives_no_words(tmp_path: Path, model: SpeechModel, kind: str) -> None:
    time = np.arange(RATE * 4) / RATE
    made = {
        "silence": np.zeros(RATE * 4),
        "noise": np.random.default_rng(1).normal(0, 0.1, RATE * 4),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * time),
        "chord": sum(0.1 * np.sin(2 * np.pi * pitch * time) for pitch in (262, 330, 392)) * (1 + np.sin(time * 12)),
        "one sample": np.zeros(1),
    }[kind]
    voice = sound(tmp_path / "voice.wav", np.asarray(made))
    speech = listen(voice, rush(voice), "fr", model)
    assert (speech.voiced, speech.words) == ((), ())


def test_a_silent_rush_is_not_listened_to(tmp_path: Path) -> None:
    speech = listen(tmp_path / "none.wav", rush(sound(tmp_path / "v.wav", np.zeros(10)), silent=True), "fr", None)
    assert speech.method == "none"


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    good = rush(sound(tmp_path / "v.wav", np.zeros(RATE)))
    bad = tmp_path / "broken.wav"
    bad.write_bytes(content)
    with pytest.raises(UnreadableMedia, match=r"broken\.wav"):
        listen(bad, good, "fr", None)


def test_another_rate_is_refused(tmp_path: Path) -> None:
    voice = sound(tmp_path / "voice.wav", np.zeros(480), rate=48_000)
    with pytest.raises(UnreadableMedia, match="16 kHz"):
        listen(voice, rush(voice), "fr", None)


def test_keys_follow_rush_language_and_model(tmp_path: Path, model: SpeechModel) -> None:
    one = rush(sound(tmp_path / "v.wav", np.zeros(RATE)))
    keys = {listen_key(one, "fr", model), listen_key(one, "en", model), listen_key(one, "fr", None)}
    assert len(keys) == 3
    assert listen_key(one, "fr", model) in keys


@pytest.mark.speech
def test_the_sample_lesson_is_heard_and_its_slips_are_left_out(
    tmp_path: Path, ffmpeg: Ffmpeg, model: SpeechModel
) -> None:
    """20 s of the sample lesson: a false start, a remark, the line again, then the line after it."""
    voice = voice_of(ffmpeg, next((SAMPLE / "rushes").iterdir()), tmp_path / "voice.wav", 9, 20)
    one = rush(voice)
    told: list[int] = []
    speech = listen(voice, one, "fr", model, told.append)
    sane(speech, one.frames)
    assert told == sorted(told)
    assert told[-1] == one.frames
    script = read((SAMPLE / "script.md").read_text("utf-8"), shelf.framings())
    found = choose(script, shot_list(script), Footage(Fraction(25)), (speech,), shelf.style())
    tellings = [telling for telling in found.told if isinstance(telling, Telling)]
    assert [script.number(telling.line) for telling in tellings] == [2, 4]
    assert [len(telling.said) for telling in tellings] == [12, 25]
    assert [one.why for one in found.rejected] == ["false-start", "off-script"]
    assert abs(tellings[0].span.start - 25 * (15.36 - 9)) <= 2
    assert found.added == 0


def test_without_a_model_there_are_runs_and_no_words(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    voice = voice_of(ffmpeg, next((SAMPLE / "rushes").iterdir()), tmp_path / "voice.wav", 9, 20)
    speech = listen(voice, rush(voice), "fr", None)
    sane(speech, rush(voice).frames)
    assert speech.method == "script-length"
    assert speech.words == ()
    assert len(speech.voiced) == 7


def test_a_faint_voice_is_heard_as_a_loud_one(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    voice = voice_of(ffmpeg, next((SAMPLE / "rushes").iterdir()), tmp_path / "voice.wav", 9, 20)
    with Voice(voice) as file:
        loud, samples = runs(file), file.piece(0, file.samples)
    with Voice(sound(tmp_path / "faint.wav", samples / 20)) as file:
        faint = runs(file)
    assert len(faint) == len(loud)
    assert all(abs(one.start - other.start) <= RATE // 10 for one, other in zip(loud, faint, strict=True))


@pytest.mark.speech
@pytest.mark.footage
def test_two_takes_of_a_man_talking(tmp_path: Path, ffmpeg: Ffmpeg, footage: Path, model: SpeechModel) -> None:
    speeches: list[Speech] = []
    for path in sorted((footage / "talking").glob("*.mp4")):
        voice = voice_of(ffmpeg, path, tmp_path / f"{path.stem}.wav")
        one = rush(voice, Fraction(30))
        speeches.append(listen(voice, one, "en", model))
        sane(speeches[-1], one.frames)
    first, second = map(said, speeches)
    wanted = (
        "welcome to the remotion recorder you are currently inside the remotion studio where you can edit your video"
    )
    assert SequenceMatcher(None, first, wanted).ratio() > 0.95
    assert second == "in the left sidebar you have a list of all your videos just click on one to start working on it"
    assert [len(speech.voiced) for speech in speeches] == [2, 2]


@pytest.mark.speech
@pytest.mark.footage
def test_words_of_hesitant_speech_stand_where_they_were_said(
    tmp_path: Path, ffmpeg: Ffmpeg, footage: Path, model: SpeechModel
) -> None:
    """Spontaneous speech in noise (14 dB), word times by a forced aligner: a hard case."""
    voice = voice_of(ffmpeg, footage / "speech" / "cold_corpus.wav", tmp_path / "voice.wav")
    one = rush(voice, Fraction(100))
    speech = listen(voice, one, "en", model)
    sane(speech, one.frames)
    rows = (footage / "speech" / "cold_corpus.TextGrid").read_text().split('"IntervalTier"')[1].split("\n")[5:]
    cells = iter(rows)
    truth = [(float(a), float(b), c.strip('"')) for a, b, c in zip(cells, cells, cells, strict=False) if c != '""']
    mine = [re.sub(r"[^a-z']", "", word.text.casefold()) for word in speech.words]
    blocks = SequenceMatcher(None, mine, [word for _, _, word in truth], autojunk=False).get_matching_blocks()
    starts = [
        abs(speech.words[block.a + at].span.start / 100 - truth[block.b + at][0])
        for block in blocks
        for at in range(block.size)
    ]
    assert len(starts) >= 50
    assert float(np.median(starts)) <= 0.1


class TestModel:
    def test_the_packaged_model_is_joined_once(self, model: SpeechModel, tmp_path: Path) -> None:
        assert (model.folder / "model.bin").stat().st_size == 145_217_532
        assert PACKAGED_SHA256[:16] in model.folder.name
        cache = model.folder.parents[1]
        before = (model.folder / "model.bin").stat().st_mtime_ns
        assert speech_model(None, cache) == model
        assert (model.folder / "model.bin").stat().st_mtime_ns == before

    def test_a_folder_that_was_set_must_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(NotFound, match="found no such folder"):
            speech_model(tmp_path / "none", tmp_path)

    def test_a_folder_that_was_set_must_be_whole(self, tmp_path: Path) -> None:
        (tmp_path / "model.bin").write_bytes(b"x")
        with pytest.raises(NotFound, match=r"no config\.json, no tokenizer\.json, no vocabulary\.txt"):
            speech_model(tmp_path, tmp_path / "cache")

    def test_a_changed_model_has_another_digest(self, tmp_path: Path) -> None:
        folder = tmp_path / "model"
        folder.mkdir()
        for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
            (folder / name).write_text("{}")
        first = speech_model(folder, tmp_path / "cache")
        (folder / "model.bin").write_text("{ }")
        second = speech_model(folder, tmp_path / "cache")
        assert first is not None
        assert second is not None
        assert first.digest != second.digest
