"""The language music is sung in: as a request names it ("in French") and as a tag writes it ("fre")."""

from __future__ import annotations

import re

_NAMES = {
    "ar": "arabic",
    "bg": "bulgarian",
    "ca": "catalan",
    "cs": "czech",
    "cy": "welsh",
    "da": "danish",
    "de": "german deutsch",
    "el": "greek",
    "en": "english",
    "es": "spanish espa\u00f1ol espanol castilian",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian farsi",
    "fi": "finnish",
    "fr": "french fran\u00e7ais francais",
    "ga": "irish gaelic",
    "he": "hebrew",
    "hi": "hindi",
    "hr": "croatian",
    "hu": "hungarian",
    "id": "indonesian",
    "is": "icelandic",
    "it": "italian italiano",
    "ja": "japanese",
    "ko": "korean",
    "la": "latin",
    "lt": "lithuanian",
    "lv": "latvian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sk": "slovak",
    "sl": "slovenian",
    "sr": "serbian",
    "sv": "swedish",
    "sw": "swahili",
    "th": "thai",
    "tr": "turkish",
    "uk": "ukrainian",
    "vi": "vietnamese",
    "yi": "yiddish",
    "zh": "chinese mandarin cantonese",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}
# ISO 639-2, as tags write it; both codes where a language has two.
_LONG_CODES = dict(
    pair.split("=")
    for pair in [
        "ara=ar",
        "bul=bg",
        "cat=ca",
        "ces=cs",
        "cze=cs",
        "cym=cy",
        "wel=cy",
        "dan=da",
        "deu=de",
        "ger=de",
        "ell=el",
        "gre=el",
        "eng=en",
        "spa=es",
        "est=et",
        "eus=eu",
        "baq=eu",
        "fas=fa",
        "per=fa",
        "fin=fi",
        "fra=fr",
        "fre=fr",
        "gle=ga",
        "heb=he",
        "hin=hi",
        "hrv=hr",
        "hun=hu",
        "ind=id",
        "isl=is",
        "ice=is",
        "ita=it",
        "jpn=ja",
        "kor=ko",
        "lat=la",
        "lit=lt",
        "lav=lv",
        "nld=nl",
        "dut=nl",
        "nor=no",
        "nob=no",
        "pol=pl",
        "por=pt",
        "ron=ro",
        "rum=ro",
        "rus=ru",
        "slk=sk",
        "slo=sk",
        "slv=sl",
        "srp=sr",
        "swe=sv",
        "swa=sw",
        "tha=th",
        "tur=tr",
        "ukr=uk",
        "vie=vi",
        "yid=yi",
        "zho=zh",
        "chi=zh",
    ]
)
# Songs from there are mostly sung in another language, or the word names a kind of music.
_ONLY_SUNG = frozenset({"irish", "latin", "gaelic"})
_NAME = "|".join(sorted(_CODES, key=len, reverse=True))
_SUNG = r"(?:(?:which|that)\s+(?:is|are)\s+)?(?:(?:sung|singing|sings?|vocals|lyrics|texts?|words)\s+)?"
_MORE = rf"(?:\s*(?:,|\band\b|\bor\b|&|,\s*or)\s*(?:in\s+)?(?:{_NAME})\b)*"
# "in French gardens" speaks of gardens.
_NOT_OF = (
    r"(?!['-]|\s+(?!(?:and|or|but|with|without|from|for|only|please|language|lyrics|of|before|after|since|no|not"
    r"|at|songs?)\b)\w)"
)
_IN = re.compile(
    rf"{_SUNG}(?<!\w)(?:in|auf|en)\s+(?P<names>(?:{_NAME})\b{_MORE}){_NOT_OF}(?:\s+language\b)?", re.I
)
_KIND = (
    r"(?:songs?|lyrics|texts?|vocals?|vocalists?|voices?|singing|singers?|words|tunes|hits|chansons?"
    r"|ballads?)"
)
_OF = re.compile(
    rf"\b(?P<names>(?:{_NAME})(?:\s*(?:,|and|or|&)\s*(?:{_NAME}))*)(?:[-\s]+(?:language|speaking|sung))?\s+"
    rf"(?P<kind>(?:(?:love|pop|rock|folk)\s+(?=songs?\b))?{_KIND})\b",
    re.I,
)
_TEXTS = re.compile(r"lyrics|texts?|words", re.I)
_SPEAKING = re.compile(rf"\b(?P<names>{_NAME})[-\s](?:language|speaking|sung)\b", re.I)
_IN_ONE = re.compile(
    rf"\s+(?:(?:any|songs?|music|anything|sung|singing|lyrics|vocals)\s+){{0,3}}in\s+(?P<name>{_NAME})\b",
    re.I,
)
_EACH = re.compile(_NAME, re.I)


def take_languages(text: str) -> tuple[tuple[str, ...], str]:
    """Find the languages music should be sung in; return their codes and the text without their names."""
    codes: list[str] = []

    def keep(found: re.Match[str]) -> str:
        names = [name.lower() for name in _EACH.findall(found["names"])]
        kind = found.groupdict().get("kind") or ""
        if kind and _ONLY_SUNG.issuperset(names):
            return found[0]
        codes.extend(_CODES[name] for name in names)
        return "" if _TEXTS.fullmatch(kind) else f" {kind} "

    for pattern in (_IN, _OF, _SPEAKING):
        text = pattern.sub(keep, text)
    return tuple(dict.fromkeys(codes)), text


def denied_language(text: str, start: int) -> tuple[int, list[str]] | None:
    """Read "sung in English" after a negation: where it ends, and the phrase as it is avoided; or None."""
    found = _IN_ONE.match(text, start)
    return (found.end(), [f"in {found['name'].lower()}"]) if found else None


def languages_in(phrase: str) -> tuple[str, ...]:
    """Return the codes of the languages a phrase says are sung: "in english", "german lyrics", "french"."""
    codes, _ = take_languages(phrase)
    alone = _CODES.get(phrase.strip().lower())
    return (alone,) if alone else codes


def language_code(tag: str) -> str | None:
    """Return the ISO 639-1 code of what a language tag says ("fre", "French", "fr-CA"), or None."""
    plain = re.split(r"[-_\s,;/]", tag.strip().lower(), maxsplit=1)[0]
    return plain if plain in _NAMES else _LONG_CODES.get(plain) or _CODES.get(plain)


def language_name(code: str) -> str:
    """Return the English name of a code: "French"; the code itself where none is known."""
    return _NAMES.get(code, code).split()[0].title() if code in _NAMES else code
