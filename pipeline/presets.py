"""Presets as values: a style is a framing ladder, a rhythm, a way of seeing and hearing, a brand, graphics, encoding.

The numbers and their sources stand in `presets/*.toml`; `pipeline.preset_files` and `pipeline.styles` read that text,
and `pipeline.media.shelf` opens the files.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from pipeline.geometry import Size
from pipeline.graphics import Graphics
from pipeline.values import Key, digest, later


@dataclass(frozen=True, slots=True)
class FramingRule:
    """One rung of the ladder. `lower` is where the frame cuts the body, in head heights below the crown.

    `headroom` (least, most) is the air above the crown as a share of the frame's height. `lower` 0: the whole picture.
    """

    id: str
    fr: tuple[str, ...]
    en: tuple[str, ...]
    short_fr: str
    short_en: str
    lower: Fraction
    headroom: tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Framings:
    """The ladder, widest first, with the rules for every framing. Shares are of the frame's width or height."""

    framing: tuple[FramingRule, ...]
    eye_line: Fraction
    density_free: Fraction
    density_warned: Fraction
    density_allowed: Fraction
    side_head: tuple[Fraction, Fraction]
    face_margin: Fraction
    face_grown: Fraction
    still_range: Fraction
    ease_range: Fraction
    speed_most: Fraction
    zoom_rate_most: Fraction
    half_seen: Fraction
    acceleration_most: Fraction = Fraction(1, 2)
    follow_slack: Fraction = Fraction(6, 100)
    headroom_slack: Fraction = Fraction(5, 100)
    centre_slack: Fraction = Fraction(1, 6)
    gesture_room: Fraction = Fraction(115, 100)
    push_ratio: Fraction = Fraction(115, 100)
    side_tighter: Fraction = Fraction(85, 100)
    density_beside: Fraction = Fraction(75, 100)
    soft: bool = False

    def named(self, name: str) -> str | None:
        """The id of the framing that people call `name` (any alias, any case), or None."""
        wanted = name.casefold().strip()
        for rule in self.framing:
            if wanted in {alias.casefold() for alias in (rule.id, *rule.fr, *rule.en, rule.short_fr, rule.short_en)}:
                return rule.id
        return None

    def names(self) -> tuple[str, ...]:
        """Every alias there is, for suggestions."""
        return tuple(alias for rule in self.framing for alias in (rule.id, *rule.en, *rule.fr))

    def rank(self, framing: str) -> int:
        """Its place on the ladder, 0 widest; sides do not count."""
        return [rule.id for rule in self.framing].index(framing.removesuffix("-left").removesuffix("-right"))


@dataclass(frozen=True, slots=True)
class Seeing:
    """How footage is watched. Rates in samples a second, sizes in pixels, scores in thousandths."""

    rate: int
    width: int
    score_least: int
    linked_overlap: Fraction
    lost_interpolated: Fraction
    lost_held: Fraction


@dataclass(frozen=True, slots=True)
class Hearing:
    """How speech is matched to the script. Ratios 0 to 1; durations in seconds.

    `attached_most`, `untold_least` are in words; `syllables_a_second` is for languages other than French and English.
    """

    full: Fraction
    partial: Fraction
    improvised: Fraction
    attached_most: int
    untold_least: int
    syllables_a_second_fr: Fraction
    syllables_a_second_en: Fraction
    syllables_a_second: Fraction
    pause_comma: Fraction
    pause_sentence: Fraction
    pause_line: Fraction


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How it is cut. Durations in seconds; costs have no unit: only their ratios matter (see `pipeline.cutting`).

    `side`: the third of the frame in which the head stands, unless the script or a graphic wants it elsewhere.
    """

    shot_least: Fraction
    shot_long: Fraction
    shot_longest: Fraction
    first_shot_least: Fraction
    overlap_free: Fraction
    overlap_most: Fraction
    join_ratio: Fraction
    zoom_apart: Fraction
    pause_inside: Fraction
    pause_sentence: Fraction
    pause_scene: Fraction
    pause_phrase: Fraction
    pause_removed_least: Fraction
    pause_longest: Fraction
    lead: Fraction
    trail: Fraction
    head: Fraction
    tail: Fraction
    cost_cut: Fraction
    cost_want: Fraction
    cost_short: Fraction
    cost_long: Fraction
    cost_repeat: Fraction
    cost_density: Fraction
    cost_pause: Fraction
    cost_zoom: Fraction
    cost_longest: Fraction
    cost_mid_sentence: Fraction
    prefers: tuple[str, ...]
    opens: tuple[str, ...]
    emphasis: tuple[str, ...]
    side: Literal["", "left", "right"] = ""


@dataclass(frozen=True, slots=True)
class Loudness:
    """The sound of a draft: LUFS and dBTP (EBU R 128, ITU-R BS.1770-4), seconds, decibels.

    `music` is against the voice's loudness while someone speaks (a music clip's gain replaces it); where no one does,
    music is louder by `duck`. `loop_crossfade`: how long the turns of music that is too short blend. `duck_before`,
    `duck_after`: how long it takes to give way, and to come back. The limiter stays `overshoot` under `true_peak`.
    `effect` is against how an effect was made.
    """

    integrated: Fraction
    true_peak: Fraction
    overshoot: Fraction
    crossfade: Fraction
    music: Fraction
    duck: Fraction
    music_fade: Fraction
    loop_crossfade: Fraction
    duck_before: Fraction
    duck_after: Fraction
    effect: Fraction


@dataclass(frozen=True, slots=True)
class Encode:
    """An encode profile of x264 and AAC. `threads` is part of every key: another count changes bytes."""

    name: str
    preset: str
    crf: int
    threads: int
    level: str
    pixel_format: str
    gop_seconds: Fraction
    audio_bitrate: int
    x264: str


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of a brand in light or in dark, `#rrggbb`: ground, words, quiet words, the pencil's mark.

    `shade` is the opacity of the ground under words that stand on a picture. `logo` is a file of `presets/brand/logos`.
    """

    ground: str
    ink: str
    quiet: str
    mark: str
    shade: Fraction
    logo: str


@dataclass(frozen=True, slots=True)
class Brand:
    """How cards look. Durations in seconds; lengths as shares of the picture's height.

    `title_size` … are the largest type, in ems; it shrinks to fit, to `type_least` at the smallest. `travel` is how far
    words move as they come in. `tone`: the one its style chose of `light` and `dark`. `caption_band_tall`: the band of
    captions where the frame is made for phones held upright (see `pipeline.edges`).
    """

    name: str
    tone: Literal["light", "dark"]
    light: Tone
    dark: Tone
    font: str
    font_bold: str
    font_mono: str
    title_seconds: Fraction
    band_seconds: Fraction
    text_seconds: Fraction
    asset_seconds: Fraction
    safe: Fraction
    caption_band: Fraction
    corner_width: Fraction
    title_size: Fraction
    chapter_size: Fraction
    name_size: Fraction
    role_size: Fraction
    text_size: Fraction
    slate_size: Fraction
    label_size: Fraction
    logo_size: Fraction
    type_least: Fraction
    leading: Fraction
    rule: Fraction
    progress_width: Fraction
    progress_line: Fraction
    progress_edge: Fraction
    travel: Fraction
    enter_seconds: Fraction
    leave_seconds: Fraction
    stagger_seconds: Fraction
    caption_band_tall: Fraction = later(Fraction(15, 100))

    @property
    def colours(self) -> Tone:
        """Those of its tone."""
        return self.light if self.tone == "light" else self.dark

    @property
    def leader(self) -> Tone:
        """Those of slates: black leader in either tone, so that nobody takes one for a card of the film."""
        return self.dark


@dataclass(frozen=True, slots=True)
class Cards:
    """Which cards a film has that its script does not ask for; durations in seconds.

    `chapter`: how a scene shows its title: not at all, on a card before it, or over its first picture. `end`: whether
    an end card closes the film. `progress`: whether a corner tells which chapter it is, of how many. `reading_most`:
    characters a second beyond which a card is reported as too short to be read.
    """

    chapter: Literal["none", "full", "over"]
    chapter_seconds: Fraction
    end: bool
    end_seconds: Fraction
    progress: bool
    reading_most: Fraction


@dataclass(frozen=True, slots=True)
class Style:
    """A style, whole: everything that decides how a script is cut, and nothing about one script."""

    name: str
    size: Size
    framings: Framings
    seeing: Seeing
    hearing: Hearing
    rhythm: Rhythm
    loudness: Loudness
    encode: Encode
    cards: Cards
    brand: Brand
    graphics: Graphics
    files: Key
    rate: Fraction | None = None

    @property
    def brand_key(self) -> Key:
        """Names the look of its cards: the brand, and the files of its fonts and logos."""
        return brand_key(self.brand, self.files)


def brand_key(brand: Brand, files: Key) -> Key:
    """Names the look of cards: a brand, and what the files of fonts and logos and a studio's own words hold."""
    return digest({"brand": digest(brand), "files": files})


@dataclass(frozen=True, slots=True)
class Keeping:
    """Hours until what no draft needs may go, and until an abandoned upload is given up (`presets/keeping.toml`)."""

    name: str
    unneeded: int
    upload: int


@dataclass(frozen=True, slots=True)
class Farm:
    """How the farm waits, and what it takes (`presets/farm.toml`).

    A video is drafted again once nothing of it has changed for `quiet_seconds`, and at the latest
    `longest_wait_seconds` after its first change.
    """

    name: str
    quiet_seconds: int
    longest_wait_seconds: int
    lease_seconds: int
    beat_seconds: int
    sweep_seconds: int
    resend_seconds: int
    postpone_seconds: int
    stop_seconds: int
    visibility_hours: int
    longest_hours: int
    renew_jobs: int
    renew_mb: int
    cache_gb: int
    rest_seconds: int


@dataclass(frozen=True, slots=True)
class Healthy:
    """What is enough (`presets/doctor.toml`): gigabytes free, seconds between clocks, a share of a broker's memory."""

    name: str
    data: int
    cache: int
    temporary: int
    clock: int
    broker: Fraction


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How drafts are looked at again (`presets/reviewing.toml`).

    `handle_seconds` are played around what changed, and `sound_seconds` where a sound that changed begins and ends. Of
    two drafts side by side the second may run `catch_up` faster or slower (a share of its speed), and is put in its
    place when it is more than `frames_off` away.
    """

    name: str
    handle_seconds: Fraction
    sound_seconds: Fraction
    catch_up: Fraction
    frames_off: int


@dataclass(frozen=True, slots=True)
class Telling:
    """How what happened is told outside the studio (`presets/telling.toml`).

    `delays` are the seconds between two tries, the last of them for all that follow. `webhook_days`: how long a webhook
    may fail until it is stopped; `mail_hours`: how long an e-mail is tried.
    """

    name: str
    look_seconds: int
    at_once: int
    lease_seconds: int
    connect_seconds: int
    answer_seconds: int
    answer_bytes: int
    delays: tuple[int, ...]
    webhook_days: int
    mail_hours: int
    items_most: int
    kept_days: int
    quiet_seconds: int
    hour: int

    def after(self, attempts: int) -> timedelta:
        """How long after so many tries that failed the next one is made."""
        return timedelta(seconds=self.delays[min(max(attempts, 1), len(self.delays)) - 1])
