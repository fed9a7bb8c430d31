"""What adding says to people and to programs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from pipeline.words import Words
from storage.catalogue.finding import Kept
from workers.adding import Added, Coming, Preview

SHOWN = 3
"""Names given of what is passed over; the others are counted. `--json` has them all."""

UNITS = ((10**9, "gigabytes"), (10**6, "megabytes"), (10**3, "kilobytes"))


def seen_lines(seen: Preview, words: Words) -> list[str]:
    """What would be added, or that it is nothing and what was passed over."""
    if not seen.files:
        return [words.say("add.nothing"), *passed_lines(seen, words)]
    return preview_lines(seen, words)


def preview_lines(seen: Preview, words: Words) -> list[str]:
    """What would be added, and why so."""
    say = words.say
    taken = [one for one in seen.files if not one.left]
    out = [say("add.would", n=len(taken), video=seen.video, size=size(seen.size, words))]
    for one in seen.files:
        out.append("  " + file_line(one, words))
        out += ["      " + line for line in _asides(one, words)]
    return out + passed_lines(seen, words)


def passed_lines(seen: Preview, words: Words) -> list[str]:
    """What is not taken, by reason, and what a manifest lists that is not there."""
    counted = Counter(one.why for one in seen.passed)
    out: list[str] = []
    for why, number in sorted(counted.items()):
        names = [PurePosixPath(one.path).name for one in seen.passed if one.why == why]
        some = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        out.append(words.say("add.passed", n=number, why=words.say(f"add.passed_over.{why}"), names=some))
    if seen.missing:
        some = ", ".join(seen.missing[:SHOWN]) + (", …" if len(seen.missing) > SHOWN else "")
        out.append(words.say("add.missing", n=len(seen.missing), names=some))
    return out


def file_line(one: Coming, words: Words) -> str:
    """What a file is taken for, and why."""
    say = words.say
    parts = [say("add.shot", shot=one.match.shot) if one.match.shot else say("add.no_shot")]
    if one.match.take is not None:
        parts.append(say("add.take", take=one.match.take))
    told = say("add.left") if one.left else ", ".join(parts)
    choices = ", ".join(one.match.choices)
    why = say(f"add.why.{one.match.why}", choices=choices, video=one.match.video, **one.match.fields)
    return say("add.file", name=name_of(one), what=told, why=why)


def _asides(one: Coming, words: Words) -> list[str]:
    out: list[str] = []
    if one.refused:
        out += one.refused.splitlines()
    if one.arrival.beside:
        names = ", ".join(PurePosixPath(path).name for path in one.arrival.beside)
        out.append(words.say("add.beside", names=names))
    if one.arrival.kind == "recorder":
        group = PurePosixPath(one.group).name
        out.append(words.say(f"add.with.{one.way}", name=group) if one.way else words.say("add.with.none"))
    if one.wanted is not None:
        out.append(words.say("add.listed", manifest=one.wanted.manifest))
    return out


def name_of(one: Coming) -> str:
    """How a file is called: its card, and its path on it."""
    return "/".join(filter(None, (one.arrival.card, one.arrival.name)))


def added_line(one: Added, words: Words) -> str:
    """What became of a file."""
    say, name = words.say, name_of(one.coming)
    if one.coming.refused:
        return say("add.failed", name=name, state=say("add.left"), cause=one.coming.refused)
    if one.file is None:
        return file_line(one.coming, words)
    if one.already:
        return say("add.already", name=name, where=", ".join(_where(kept) for kept in one.already))
    if one.file.state == "ready":
        shot = one.coming.match.shot
        return say("add.ready", name=name, what=say("add.shot", shot=shot) if shot else say("add.no_shot"))
    if one.file.state in {"uploading", "processing"}:
        return say("add.elsewhere", name=name)
    return say("add.failed", name=name, state=say(f"add.state.{one.file.state}"), cause=one.file.cause)


def summary(done: Sequence[Added], words: Words) -> str:
    """How many are ready, were already here, and are not."""
    already = sum(1 for one in done if one.already)
    ready = sum(one.well for one in done) - already
    return words.say("add.done", ready=ready, already=already, failed=len(done) - ready - already)


def _where(kept: Kept) -> str:
    return "/".join(dict.fromkeys(filter(None, (kept.course, kept.video, kept.name))))


def size(number: int, words: Words) -> str:
    """Bytes as people say them.

    >>> from pipeline.media.shelf import said_in
    >>> size(1_234_567_890, said_in("en")), size(999, said_in("en"))
    ('1.2 GB', '1 kB')
    """
    for unit, code in UNITS:
        if number >= unit or code == "kilobytes":
            shown = f"{number / unit:.1f}" if number >= unit > 10**6 else str(-(-number // unit))
            return words.say(f"add.{code}", n=shown.replace(".", words.say("probe.decimal")))
    return str(number)


def preview_data(seen: Preview) -> dict[str, Any]:
    """The preview for programs; `left` files are not taken."""
    return {
        "video": seen.video,
        "bytes": seen.size,
        "files": [coming_data(one) for one in seen.files],
        "passed": [{"path": one.path, "why": one.why} for one in seen.passed],
        "missing": list(seen.missing),
    }


def coming_data(one: Coming) -> dict[str, Any]:
    """A file that would be added."""
    return {
        "path": one.arrival.path,
        "kind": one.arrival.kind,
        "card": one.arrival.card,
        "name": one.arrival.name,
        "bytes": one.arrival.size,
        "beside": list(one.arrival.beside),
        "shot": one.match.shot,
        "take": one.match.take,
        "why": one.match.why,
        "choices": list(one.match.choices),
        "sure": one.match.sure,
        "left": one.left,
        "refused": one.refused,
        "manifest": one.wanted.manifest if one.wanted is not None else None,
        "group": one.group,
        "grouped_by": one.way,
    }


def added_data(one: Added) -> dict[str, Any]:
    """What became of a file."""
    file = one.file
    state = {"state": "left"} if file is None else {"state": file.state, "cause": file.cause, "log": file.log_tail}
    known = {} if file is None else {"sha256": file.sha256, "object": file.object_name, "derived": file.derived_key}
    return coming_data(one.coming) | state | known | {"already": [_where(kept) for kept in one.already]}
