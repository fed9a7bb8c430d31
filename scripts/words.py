"""Writes the catalogue of what pages say again: messages from templates, Python and JavaScript, with their places.

What is translated stays; what no place says any more goes. Run it after changing what a page says: make words
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parent.parent / "web"
FRENCH = WEB / "locale" / "fr.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("static/js/**.js", "javascript")]
WORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "t": None, "nt": (1, 2)}


def extracted() -> Catalog:
    """Every message that the code says, by its place: the file alone, so that moving a line changes nothing."""
    found = Catalog(project="Rushes", locale="fr", fuzzy=False)
    for name, _, message, _, context in extract_from_dir(str(WEB), METHODS, keywords=WORDS):  # type: ignore[arg-type]
        found.add(message, None, [(name, 0)], context=context)
    return found


def renewed(known: Catalog, code: Catalog) -> bytes:
    """The French catalogue with the messages of the code, in order of their text."""
    out = Catalog(project="Rushes", locale="fr", fuzzy=False)
    for message in code:
        if message.id:
            there = known.get(message.id)
            said = there.string if there is not None and not there.fuzzy else None
            places = sorted({(name, 0) for name, _ in message.locations})
            out.add(message.id, said, places)
    file = io.BytesIO()
    write_po(file, out, width=120, sort_output=True, include_lineno=False, omit_header=False)
    lines = file.getvalue().decode().splitlines()
    moving = (
        "#",
        '"POT-Creation',
        '"PO-Revision',
        '"Last-Translator',
        '"Language-Team',
        '"Report-Msgid',
        '"Generated-By',
    )
    start = lines.index('msgid ""')
    kept = [line for line in lines[start:] if not line.startswith(moving[1:])]
    return ("\n".join(kept) + "\n").encode()


def main() -> None:
    """Writes it, and says what waits for its translation."""
    known = read_po(io.BytesIO(FRENCH.read_bytes()), locale="fr")
    FRENCH.write_bytes(renewed(known, extracted()))
    left = [
        message.id
        for message in read_po(io.BytesIO(FRENCH.read_bytes()), locale="fr")
        if message.id and not any(message.string)
    ]
    for one in left:
        print(f"to translate: {one}")
    print(f"{FRENCH.name}: {len(left)} to translate")


if __name__ == "__main__":
    main()
