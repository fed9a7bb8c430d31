"""What was decided, in sentences for people: framings, reasons and remarks by the names they have in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.footage import Remark
from pipeline.presets import Framings
from pipeline.script import Script
from pipeline.timeline import Why
from pipeline.words import Words

TAKES = {"take-join", "shot-join"}
"""Reasons that part two takes or two shots; every other parts two framings."""


def file_remark(code: str, name: str) -> Remark:
    """What the probe remarks of a file (`Media.remarks`): an id, and after a colon what it is about."""
    bare, _, detail = code.partition(":")
    return Remark(f"probe.{bare}", name, facts=(("detail", detail),) if detail else ())


def probe_sentence(code: str, words: Words) -> str:
    """The same as a sentence, without the file's name."""
    remark = file_remark(code, "")
    return words.say(remark.code.replace("probe.", "probe.remark."), **dict(remark.facts))


def line_called(name: str, script: Script | None, words: Words) -> str:
    """A line as people call it: its number in the last script, and how it begins."""
    found = next((line for line in script.lines if line.id == name), None) if script is not None else None
    if found is None or script is None:
        return words.say("asked.gone_line")
    return words.say("asked.line", number=script.number(found.id), begins=" ".join(found.text.split()[:6]))


@dataclass(frozen=True, slots=True)
class Saying:
    """The words of one language, the framings they name, and the rate at which frames are told as seconds."""

    words: Words
    framings: Framings
    rate: Fraction

    def framing(self, shown: str) -> str:
        """What a clip shows, in full: `plan taille à gauche` for `medium-left`; `carton` or `titre` for a card."""
        name, _, side = shown.partition("-")
        rule = next((rule for rule in self.framings.framing if rule.id == name), None)
        if rule is None:
            return self.words.say(f"shown.{name}")
        called = rule.fr[0] if self.words.language == "fr" else rule.en[0]
        return self.words.say(f"shown.{side}", name=called) if side else called

    def short(self, framing: str) -> str:
        """A framing's short name, with an arrow for its side: `PT ←`."""
        name, _, side = framing.partition("-")
        rule = next(rule for rule in self.framings.framing if rule.id == name)
        short = rule.short_fr if self.words.language == "fr" else rule.short_en
        return short + {"": "", "left": " ←", "right": " →"}[side]

    def number(self, value: float, digits: int) -> str:
        """A number with the decimal sign of the language."""
        return f"{value:.{digits}f}".replace(".", self.words.say("report.decimal"))

    def seconds(self, frames: int) -> str:
        """A length in seconds with one digit after the point, without its unit."""
        return self.number(float(frames / self.rate), 1)

    def reason(self, why: tuple[Why, ...]) -> str:
        """Why a clip begins, as one line."""
        return ", ".join(part for one in why for part in self._parts(one))

    def _parts(self, why: Why) -> list[str]:
        say, lasts = self.words.say, self.seconds(why.frames)
        if why.code in TAKES:
            return [say(f"why.{why.code}", old=why.old, new=why.new)]
        out = [say(f"why.{why.code}", cue=why.cue, seconds=lasts)]
        if why.new:
            names = [self.framing(one) for one in dict.fromkeys((why.old, why.new)) if one]
            out.append(" → ".join(names))
        if why.removed:
            out.append(say("why.removed", seconds=self.seconds(why.removed)))
        return out

    def remark(self, remark: Remark, script: Script) -> str:
        """A remark as a sentence: by its code where `presets/words` has one, else its own message."""
        say, number = self.words.say, script.number(remark.line) if remark.line else 0
        if remark.code.startswith("probe."):
            code = remark.code.replace("probe.", "probe.remark.")
            return say("remark.file", name=remark.message, detail=say(code, **dict(remark.facts)))
        code = f"remark.{remark.code}"
        if code not in self.words.sentences:
            return say("remark.at", number=number, detail=remark.message) if number else remark.message
        return say(code, detail=remark.message, number=number, **self._facts(dict(remark.facts)))

    def _facts(self, facts: Mapping[str, str]) -> dict[str, str]:
        """The facts of a remark as people say them."""
        out = dict(facts)
        for name in ("framing", "old", "new"):
            if name in out:
                out[name] = self.framing(out[name])
        for name in ("own", "film"):
            if name in out:
                rate = Fraction(out[name])
                out[name] = self.number(float(rate), 0 if rate.denominator == 1 else 2)
        for name in ("lasts", "wanted"):
            if name in out:
                out[name] = self.number(float(Fraction(out[name])), 1)
        if "spoken" in out and f"language.{out['spoken']}" in self.words.sentences:
            out["spoken"] = self.words.say(f"language.{out['spoken']}")
        if "can" in out:
            out["can"] = ", ".join(self.framing(one) for one in out["can"].split())
        if "why" in out:
            out["why"] = self.words.say(f"why_not.{out['why']}")
        return out
