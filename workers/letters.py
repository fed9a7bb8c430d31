"""What an e-mail says: plain text and simple HTML, in the language of its reader, by course."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.words import Words
from storage.catalogue.mails import Item, Mail
from storage.catalogue.terms import Occasion
from storage.catalogue.waiting import fact_in_words

ORDER: Final[tuple[Occasion, ...]] = ("failed", "note", "waiting", "draft.ready", "version.landed")
"""What a reader must do something about comes first."""

QUOTED: Final = 200
"""Letters of what somebody wrote that an e-mail has at most: two lines; the page has the rest."""

SHORT: Final = "quoted-printable"
"""How text travels: whatever is long is broken into lines that every mail server takes (RFC 5321, 4.5.3.1.6)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, in words, and the page about it."""

    course: str
    kind: Occasion
    said: str
    path: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, where the pages are, and the address by which its reader has no more of them."""

    sender: str
    url: str
    stop: str


def letter(mail: Mail, words: Words, envelope: Envelope, at: datetime) -> EmailMessage:
    """The e-mail whole.

    Raises:
        ValueError: its reader's address is none that an e-mail can be sent to.
    """
    lines = told_lines(mail.items, words)
    message = EmailMessage(policy=SMTP)
    message["From"] = envelope.sender
    name = " ".join(mail.to.name.split())
    message["To"] = Address(name, addr_spec=mail.to.email or "")
    one = f"{lines[0].said}" if len(lines) == 1 else ""
    message["Subject"] = words.say("mail.subject", n=len(lines), what=one)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.id}@{urlsplit(envelope.url).hostname}>"
    message["Content-Language"] = words.language
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{envelope.stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_plain(lines, name, words, envelope), cte=SHORT)
    message.add_alternative(_html(lines, name, words, envelope), subtype="html", cte=SHORT)
    return message


def told_lines(items: Sequence[Item], words: Words) -> tuple[Line, ...]:
    """The things in words, by course and kind; of several drafts of a video, or told of one note, the last alone."""
    last: dict[str, Line] = {}
    for number, item in enumerate(items):
        details = item.details
        drafted = f"draft {details['course']}/{details['video']}"
        key = {"draft.ready": drafted, "note": details["path"]}.get(item.kind, str(number))
        kind: Occasion = next(one for one in ORDER if one == item.kind)
        place = f"{details['course']}/{details['video']} " if details["video"] else ""
        last[key] = Line(details["course"], kind, f"{place}{_said(details, words)}", details["path"])
    return tuple(sorted(last.values(), key=lambda line: (line.course, ORDER.index(line.kind))))


def _said(details: Mapping[str, Any], words: Words) -> str:
    fields: dict[str, Any] = {name: _quoted(one) for name, one in details["fields"].items()}
    said = str(details["said"])
    if not said.startswith("waits."):
        cause = str(details["fields"].get("cause", "")).partition("\n")[0]
        return words.say(said, **{**fields, "cause": cause})
    filled = {"n": fields["many"], "what": fields["what"], "detail": fields["detail"]}
    number = fields["line"] or words.say("waits.nowhere")
    fact = fact_in_words(said.removeprefix("waits."), {**filled, "number": number}, words)
    return f"{fact} ({words.say('mail.due', date=fields['due'])})" if "due" in fields else fact


def _quoted(field: str | int) -> str | int:
    """What fills a sentence in, on one line (a subject has no more), and as much of it as an e-mail has."""
    if isinstance(field, int):
        return field
    flat = " ".join(part.strip() for part in field.splitlines())
    return flat if len(flat) <= QUOTED else f"{flat[:QUOTED].rsplit(' ', 1)[0]} …"


def _grouped(lines: Iterable[Line], words: Words) -> Iterable[tuple[str, list[tuple[str, list[Line]]]]]:
    for course, of in groupby(lines, key=lambda line: line.course):
        kinds = [(words.say(f"mail.head.{kind}"), list(some)) for kind, some in groupby(of, key=lambda line: line.kind)]
        yield course or words.say("mail.common"), kinds


def _plain(lines: Sequence[Line], name: str, words: Words, envelope: Envelope) -> str:
    out = [words.say("mail.hello", name=name), ""]
    for course, kinds in _grouped(lines, words):
        out += [course, "=" * len(course)]
        for head, some in kinds:
            out += ["", head, *(f"- {line.said}\n  {envelope.url}{line.path}" for line in some)]
        out.append("")
    out += ["-- ", words.say("mail.why", url=envelope.url)]
    out += [f"{words.say('mail.choose')}: {envelope.url}/me", f"{words.say('mail.stop')}: {envelope.stop}", ""]
    return "\n".join(out)


def _html(lines: Sequence[Line], name: str, words: Words, envelope: Envelope) -> str:
    out = [f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>Rushes</title></head>']
    out += [f'<body style="font-family: sans-serif"><p>{escape(words.say("mail.hello", name=name))}</p>']
    for course, kinds in _grouped(lines, words):
        out.append(f"<h2>{escape(course)}</h2>")
        for head, some in kinds:
            rows = (f'<li><a href="{escape(envelope.url + line.path)}">{escape(line.said)}</a></li>' for line in some)
            out.append(f"<h3>{escape(head)}</h3><ul>{''.join(rows)}</ul>")
    choose, stop = escape(words.say("mail.choose")), escape(words.say("mail.stop"))
    out.append(f"<hr><p>{escape(words.say('mail.why', url=envelope.url))}</p>")
    out.append(
        f'<p><a href="{escape(envelope.url)}/me">{choose}</a> · <a href="{escape(envelope.stop)}">{stop}</a></p>'
    )
    return "".join([*out, "</body></html>"])
