"""A report as `pipeline.report` gives it, small but with everything a report can hold."""

# ruff: noqa: E501, RUF001 (French, whole)

from typing import Any

TEXTS = (
    (
        "a1",
        "Bonjour ! Dans ce chapitre, nous allons suivre une donnée, étape par étape, depuis un satellite jusqu’à un tableau de bord.",
    ),
    ("a2", "Retenez bien ceci : une donnée fausse coûte plus cher qu’une donnée absente."),
    ("b0", ""),
    (
        "b1",
        "D’abord, on collecte. Un satellite mesure la température de la mer des milliers de fois par jour, puis il envoie chaque mesure vers le sol.",
    ),
    (
        "b2",
        "Ensuite, il faut nettoyer. Une valeur impossible se voit tout de suite ; une valeur plausible, mais fausse, demande beaucoup de patience.",
    ),
    ("b3", "Trois questions suffisent : d’où vient cette valeur, quand a-t-elle été mesurée, et par quel instrument ?"),
)
RUSH = "P1C2_camera-A.mp4"


def _line(number: int, frames: list[int] | None) -> dict[str, Any]:
    return {"id": TEXTS[number - 1][0], "number": number, "text": TEXTS[number - 1][1], "frames": frames}


def _clip(frame: int, frames: int, framing: str, short: str, line: str, kind: str = "take") -> dict[str, Any]:
    filmed = kind == "take"
    return {
        "frame": frame, "frames": frames, "kind": kind, "framing": framing, "short": short, "line": line,
        "rush": RUSH if filmed else "", "take": 1 if filmed else None, "reason": "fin de phrase",
    }  # fmt: skip


def _cut(frame: int, line: str, reason: str, before: str, after: str) -> dict[str, Any]:
    return {"frame": frame, "line": line, "reason": reason, "from": before, "to": after}


def report() -> dict[str, Any]:
    """A new one each time: tests may change it."""
    return {
        "draft": 3,
        "title": "Suivez une donnée, de l’orbite au tableau de bord",
        "language": "fr",
        "frames": 1140,
        "rate": "25/1",
        "segments": {"total": 11, "rendered": 3, "reused": 8},
        "slates": [
            {"line": "b1", "kind": "asset", "what": "carte-des-oceans", "frames": 100, "frame": 440},
            {"line": "b3", "kind": "take", "what": "", "frames": 160, "frame": 980},
        ],
        "warnings": [
            {"code": "density", "message": "Le plan poitrine est un peu mou : 0,98 px filmé par px rendu.", "line": "a2", "refused": False},
            {"code": "silent", "message": "Un élément <b>reste</b> muet.", "line": "", "refused": False},
        ],
        "credits": [{"name": "nappe.wav", "kind": "sound", "licence": "CC BY 4.0", "source": ""}],
        "cuts": [
            _cut(90, "a1", "à côté d’un élément", "wide", "medium-left"),
            _cut(230, "a2", "repère « plan poitrine », après la fin d’une phrase", "medium-left", "close"),
            _cut(352, "b1", "titre", "close", "title"),
            _cut(415, "b1", "après le titre, prise 1 → prise 2", "title", "medium"),
            _cut(640, "b2", "fin de phrase, parole retirée", "medium", "close"),
            _cut(730, "b2", "fin de phrase", "close", "wide"),
            _cut(980, "b3", "carton", "wide", "slate"),
        ],
        "takes": [
            {"line": "a1", "rush": RUSH, "span": [35, 240], "score": 0.98, "take": 1, "rejected": []},
            {"line": "a2", "rush": RUSH, "span": [390, 500], "score": 1.0, "take": 1, "rejected": [
                {"rush": RUSH, "span": [270, 325], "why": "faux départ", "code": "partial", "score": 0.61}]},
            {"line": "b1", "rush": RUSH, "span": [560, 770], "score": 0.97, "take": 2, "rejected": [
                {"rush": RUSH, "span": [540, 552], "why": "une prise plus récente", "code": "later", "score": 0.97}]},
            {"line": "b2", "rush": RUSH, "span": [800, 900], "score": 0.95, "take": 2, "rejected": []},
            {"line": "b2", "rush": RUSH, "span": [905, 1005], "score": 0.93, "take": 3, "rejected": []},
            {"line": "", "rush": RUSH, "span": None, "score": 0.0, "take": None, "rejected": [
                {"rush": RUSH, "span": [345, 380], "why": "hors script", "code": "off-script", "score": 0.2}]},
        ],
        "metrics": {
            "subject_inclusion": 100.0, "headroom_error": 0.012, "eye_line_error": 0.034, "static_jitter": 3.1e-6, "moving_jitter": 0.0,
            "density_min": 0.98, "jump_cuts": 1, "cuts_inside_words": 0, "words_written": 86, "words_spoken": 70,
            "words_missing": 16, "words_added": 0, "integrated_loudness_lufs": -16.02, "true_peak_dbtp": None,
        },
        "timing": {"conform": {"cpu_s": 41.25, "wall_s": 22.0}, "render": {"cpu_s": 30.5, "wall_s": 16.4},
                   "elsewhere": {"cpu_s": 0.1, "wall_s": 0.1}},
        "scenes": [
            {"title": "Bienvenue", "lines": [_line(1, [10, 222]), _line(2, [233, 344])]},
            {"title": "Les trois étapes", "lines": [
                _line(3, None), _line(4, [420, 632]), _line(5, [644, 905]), _line(6, [984, 1130])]},
        ],
        "clips": [
            _clip(0, 90, "wide", "PL", "a1"),
            _clip(90, 140, "medium-left", "PT ←", "a1"),
            _clip(230, 122, "close", "PRP", "a2"),
            _clip(352, 63, "title", "Titre", "b0", "title"),
            _clip(415, 225, "medium", "PT", "b1"),
            _clip(640, 90, "close", "PRP", "b2"),
            _clip(730, 250, "wide", "PL", "b2"),
            _clip(980, 160, "slate", "Carton", "b3", "slate"),
        ],
        "overlays": [
            {"frame": 352, "frames": 63, "name": "Les trois étapes", "place": "full", "line": "b0"},
            {"frame": 14, "frames": 125, "name": "Camille Morel", "place": "over", "line": "a1"},
            {"frame": 95, "frames": 130, "name": "data-journey", "place": "beside", "line": "a1"},
            {"frame": 440, "frames": 100, "name": "carte-des-oceans", "place": "full", "line": "b1"},
            {"frame": 752, "frames": 75, "name": "Plausible, mais fausse", "place": "over", "line": "b2"},
        ],
        "transcript": [{"title": "Bienvenue", "frame": 10, "paragraphs": [
            [{"kind": "said", "text": "Bonjour !"}, {"kind": "shown", "text": "[À l’image : un satellite]"}],
            [{"kind": "unfilmed", "text": "Retenez bien ceci."}]]}],
    }  # fmt: skip
