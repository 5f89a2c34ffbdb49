"""What people say around a mood: "hey, can you play me some …"; and tidying what is left without it."""

from __future__ import annotations

import re

from vibe_desktop.moods.words import plain, word_set

_FILLERS = re.compile(
    r"(?<=, )(?:play|put\s+on)\b|\b(?:please|pls|plz)\b(?:\s+(?:play|put\s+on)\b)?"
    r"|\b(?:hey|hi|hello|thanks|thank\s+you|gimme|lemme)\b"
    r"|\b(?:can|could|would|will)\s+you\b(?:\s+(?:play|find|make|put\s+on|suggest|recommend|queue)\b(?:\s+(?:me|us)\b)?)?|\bwhy\s+not\b|\bones\b|\blet'?s\s+(?:hear|have)\b|\bi(?:'d|\s+would)\s+(?:like|love)(?:\s+to\s+(?:hear|listen\s+to|listen))?\b"
    r"|\bnothing\s+(?:but\b|else\s*(?=$|[,.;!]))|\bi\s+like\b|\b(?:(?:i'?m\s+|i\s+am\s+)?not\s+sure|i\s+(?:don'?t|do\s+not)\s+know)\s+(?:what|why|which|if)(?:\s+(?:i|we|to|want|like|need|feel|hear|for))*\b"
    r"|\bi\s+(?:want|need|wanna)(?:\s+to)?(?:\s+(?:hear|listen\s+to|listen))?(?:\s+music\s+(?:what|which|that)\b)?|\bi(?:'m|\s+am)\s+in\s+the\s+mood\s+for\b"
    r"|\bi\s+feel\s+like(?:\s+(?:hearing|listening\s+to))?\b"
    r"|\b(?:play|give|find|show|get|make)\s+(?:me|us)\b|^\s*(?:play|put\s+on|find|make)\b|\byou\s+find\b"
    r"|\b(?:an?\s+)?(?:playlist|queue|mix)\b(?:\s+(?:of|for|with)\b)?|\bsome\s+(?:nice\s+|good\s+)?(?:music|songs|tunes|tracks)\b"
    r"|\b(?:would|will)\s+be\s+(?:great|nice|good|perfect|lovely|cool)\b|\bi\s+guess\b|\bi\s+think\b"
    r"|\b(?:lots|plenty|loads|a\s+lot)\s+of\b|\ba\s+(?:little\s+)?bit\b|\bmore\s+(?=\w)"
    r"|\bsome\b|\bsomething\b|\bsm?th\b|\banything\s+(?=with\b)|\babsolutely\b|\bdefinitely\b|\bfor\s+once\b",
    re.IGNORECASE,
)
_LEFT_OVER = word_set(
    "and or but of for with that to just only rather otherwise maybe perhaps though anyway either then also"
)
_DANGLING = _LEFT_OVER | word_set("i i'm am it it's is are the a an from by in on so this which must")
_SAYS_NOTHING = (
    _DANGLING
    | _LEFT_OVER
    | word_set(
        "no not nothing never without non less any anything everything all some something any one ones over",
        "music song songs track tracks tune tunes piece pieces sound sounds stuff thing things please",
    )
)


def telling(text: str) -> str:
    """Return the words of a text that say something of music, in parts with commas between."""
    parts = tidy(_FILLERS.sub(" ", text)).split(", ")
    return ", ".join(part for part in parts if not _SAYS_NOTHING.issuperset(plain(part).split()))


def tidy(text: str) -> str:
    """Join what is left: single spaces, no doubled or dangling punctuation, no dangling little words."""
    parts = [_without_edges(part.split()) for part in re.split(r"\s*[,;]\s*", text)]
    return ", ".join(part for part in parts if has_word(part))


def has_word(text: str) -> bool:
    """Tell whether there is a letter or a digit."""
    return re.search(r"[^\W_]", text) is not None


def _without_edges(words: list[str]) -> str:
    while words and (words[-1].lower().strip(".!?:-") in _DANGLING or not has_word(words[-1])):
        words = words[:-1]
    while words and (words[0].lower() in _LEFT_OVER or not has_word(words[0])):
        words = words[1:]
    return " ".join(words)
