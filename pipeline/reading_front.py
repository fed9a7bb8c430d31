"""The front matter of a script: a few lines of YAML that name the video, its language, its speaker, its style."""

import re
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from pipeline.cues import nearest
from pipeline.errors import Problem
from pipeline.reading_source import Source, front_matter
from pipeline.script import Speaker

LANGUAGE = "fr"
"""The language of a script that does not say: its first users teach in French."""

KEYS = ("id", "title", "language", "speaker", "style")
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # BCP 47: a primary subtag, then subtags of 1 to 8
_STYLE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Front:
    """What the front matter says; defaults where it says nothing. The style is then that of the course."""

    id: str = ""
    title: str = ""
    language: str = LANGUAGE
    speaker: Speaker = field(default_factory=Speaker)
    style: str = ""


def front(source: Source, problems: list[Problem]) -> Front:
    """What the front matter says, values as written (`no` is "no"); what is wrong is added to `problems`."""
    lines = front_matter(source.lines)
    if not lines:
        _unclosed(source, problems)
        return Front()
    reader = _Reader(source, problems)
    root = reader.root(lines)
    if root is None:
        return Front()
    found = reader.pairs(root, KEYS, "the front matter")
    return Front(
        reader.checked(found.get("id"), _PLAIN_ID, "letters, digits and hyphens", "P1C2"),
        reader.text(found.get("title"), "title"),
        reader.checked(found.get("language"), _LANGUAGE_TAG, "a language tag", "fr") or LANGUAGE,
        reader.speaker(found.get("speaker")),
        reader.checked(found.get("style"), _STYLE_NAME, "the name of a style", "course"),
    )


def _unclosed(source: Source, problems: list[Problem]) -> None:
    """A first `---` followed by `key:` and never closed would be spoken, or lost."""
    lines = source.lines
    if len(lines) > 1 and lines[0].rstrip() == "---" and lines[1].split(":")[0] in KEYS:
        problems.append(source.problem(source.offset(0, 0), "front matter that never ends", "close it with a line ---"))


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    problems: list[Problem]

    def wrong(self, node: Node, message: str, todo: str) -> None:
        # the marks count lines of the YAML text, which begins on the file's second line
        at = self.source.offset(node.start_mark.line + 1, node.start_mark.column)
        self.problems.append(self.source.problem(at, message, todo))

    def root(self, lines: range) -> MappingNode | None:
        text = "\n".join(self.source.lines[number] for number in lines)
        try:
            node = yaml.SafeLoader(text).get_single_node()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line, column = (mark.line, mark.column) if mark else (0, 0)
            why = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
            at = self.source.offset(min(line, len(lines)) + 1, column)
            self.problems.append(self.source.problem(at, f"front matter is not YAML: {why}", 'put quotes: title: "…"'))
            return None
        except RecursionError:
            self.problems.append(self.source.problem(self.source.offset(1, 0), "front matter is nested too deep"))
            return None
        if node is None or isinstance(node, MappingNode):
            return node
        self.wrong(node, "wanted `key: value` lines in the front matter", "for example title: Bienvenue")
        return None

    def pairs(self, node: MappingNode, keys: tuple[str, ...], where: str) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if name not in keys:
                self.wrong(key, f'unknown key "{name}" in {where}', nearest(name, keys, "keys are"))
            elif name in found:
                self.wrong(key, f'"{name}" is said twice', "keep one")
            else:
                found[name] = value
        return found

    def text(self, node: Node | None, key: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, ScalarNode):
            self.wrong(node, f'wanted one text for "{key}"', f'put quotes: {key}: "…"')
            return ""
        empty = node.tag == "tag:yaml.org,2002:null"
        return "" if empty else " ".join(node.value.split())

    def checked(self, node: Node | None, shape: re.Pattern[str], wanted: str, example: str) -> str:
        value = self.text(node, "it")
        if node is not None and value and not shape.fullmatch(value):
            self.wrong(node, f'wanted {wanted}, found "{value}"', f"for example {example}")
            return ""
        return value

    def speaker(self, node: Node | None) -> Speaker:
        if not isinstance(node, MappingNode):
            return Speaker(self.text(node, "speaker"))
        found = self.pairs(node, ("name", "role"), "speaker")
        return Speaker(self.text(found.get("name"), "name"), self.text(found.get("role"), "role"))
