"""The catalogue's own words: names of ids, and the few values each column may have."""

import itertools
import os
import time
from typing import Literal, NewType
from uuid import UUID

from pipeline import deciding

CourseId = NewType("CourseId", UUID)
VideoId = NewType("VideoId", UUID)
PersonId = NewType("PersonId", UUID)
RevisionId = NewType("RevisionId", UUID)
LineRow = NewType("LineRow", UUID)
"""The row of a line. `pipeline.script.LineId` is its name, unique within its video."""
AssetId = NewType("AssetId", UUID)
VersionId = NewType("VersionId", UUID)
MediaId = NewType("MediaId", UUID)
RushId = NewType("RushId", UUID)
CastingId = NewType("CastingId", UUID)
DraftId = NewType("DraftId", UUID)
NoteId = NewType("NoteId", UUID)
VerdictId = NewType("VerdictId", UUID)
JobId = NewType("JobId", UUID)
ProposalId = NewType("ProposalId", UUID)
LinkId = NewType("LinkId", UUID)
GuestId = NewType("GuestId", UUID)
SessionId = NewType("SessionId", UUID)
WebhookId = NewType("WebhookId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
MailId = NewType("MailId", UUID)

Stage = Literal["script", "filmed", "motion", "draft", "review", "final", "published"]
"""What a video passes through, in order."""

Role = Literal["admin", "director", "writer", "motion", "reviewer"]
"""What a person does on a course; `motion` is a motion designer."""

AssetKind = Literal["motion", "still", "music", "sound", "logo", "font"]
MediaState = Literal["uploading", "processing", "ready", "failed", "missing"]
Approval = Literal["waiting", "approved", "rejected"]
Policy = Literal["latest", "latest_approved", "pinned"]
"""Which version of an asset a cue uses."""

CastCue = Literal["show", "music", "sound"]
RushKind = Literal["camera", "recorder"]
DraftState = Literal["waiting", "rendering", "done", "failed", "superseded"]
InputKind = Literal["script", "style", "rush", "asset"]
OutputKind = Literal[
    "conformed", "watched", "heard", "overlay", "sound", "recorded", "segment", "mix", "draft", "other"
]
NoteState = Literal["open", "resolved"]
Visibility = Literal["internal", "public"]
Decision = deciding.Decision
Verdicts = deciding.Verdicts
ProposalState = Literal["open", "accepted", "refused"]
Rights = Literal["view", "comment", "approve"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
DeliveryState = Literal["waiting", "delivered", "failed"]
MailState = Literal["waiting", "sending", "handing", "sent", "failed", "unknown"]
"""`unknown`: whoever gave it to the mail server died meanwhile; it is not sent twice."""
How = Literal["never", "at_once", "daily"]
"""How a person wants e-mails."""
Occasion = Literal["draft.ready", "version.landed", "waiting", "failed", "note"]
"""What is told outside the studio."""
Through = Literal["browser", "token"]
"""What someone is signed in with."""

Reach = Literal["all", "send", "read"]
"""How far a session goes: everything its person may, reading and sending files, or reading alone."""

Opens = Literal["first_admin", "password"]
"""What a link that works once is for: making the first admin, or choosing a password."""

Drafting = Literal["automatic", "paused"]
"""Whether a video is drafted again by itself when something it follows changes."""


_last = itertools.count(1)


def new_id() -> UUID:
    """A new id that nobody can guess, in order of time (RFC 9562, version 7), so that indexes stay small.

    Milliseconds, then a count, so that what one process makes is in order, then 62 bits of chance.
    """
    stamp = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(stamp << 80) | (0x7 << 76) | ((next(_last) & 0xFFF) << 64) | (0b10 << 62) | chance)
