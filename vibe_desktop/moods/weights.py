"""Every number that says how much one kind of evidence counts beside another, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """One table for the whole journey of a mood.

    Where nothing else is said a number was found by coordinate search over the
    requests of `scripts/evaluation/moods.tsv` with `scripts/eval_moods.py`, for
    tracks of which only genres and instruments are known, and for those that were
    heard as well; neighbouring values do about as well.
    """

    # Reading a request in the vocabulary's words (`meaning`).
    nearness: float = 0.06
    """difference of cosines at which an entry counts 1/e of the nearest"""
    far: float = 0.1
    """share of the nearest below which an entry is not meant"""
    unsaid: float = 0.7
    """for what the words come near to, where they name something else themselves"""
    sounds: float = 1.2
    """for what the meant things sound like, beside being meant"""
    sounds_fade: float = 0.9
    """from each thing in a list of sounds to the next"""

    # What the words a track holds say (`terms`).
    told: float = 5.0
    """for a feeling that tags or an ear name, beside any other word that is asked for"""
    genre_suggests: float = 1.0
    """for what a genre usually feels like, beside holding an asked word itself; so the next three"""
    instrument_suggests: float = 0.4
    voice_suggests: float = 0.3
    tempo_suggests: float = 0.7
    suggests_fade: float = 0.85
    """from each feeling in a list to the next"""
    many: float = 0.3
    """words of a track divide what they say together by their number to this power"""
    apart: float = 1.0
    """for lying elsewhere on the axes than what is asked for"""

    # Fusing the senses (`rerank`), in spreads (standard deviations) of the library.
    words: float = 0.5
    """for the best literal hit: between neighbours (by hand)"""
    caption: float = 0.15
    ear: float = 0.3
    """for an ear that takes any phrase, as far as sentences about what is heard can stand for one"""
    ear_by_words: float = 0.7
    """for an ear that is asked for the words it knows; by `scripts/eval_ear.py` over real music"""
    feelings: float = 1.0
    avoid: float = 1.0
    """for each spread by which a track is nearer than usual to what is avoided (by hand)"""
    less: float = 0.7
    """the same for what there should only be less of (by hand)"""
    like: float = 1.0
    """for being like what the person named, beside a mood of weight 1 (by hand)"""
    steer: float = 1.5
    """for leaning all the way along an axis, beside a mood of weight 1 (by hand)"""
    unsure: float = 0.7
    """against a track that may or may not have the tempo asked for, where some have it (by hand)"""
    fit: float = 0.4
    """how far from the library's middle to the best few a track must lie to fit (by hand)"""
    fit_at_most: float = 1.2
    """spreads from the middle at which a track fits whatever the best few do (by hand)"""
    fit_held: float = 0.5
    """share of that way which is enough for a track that holds what was said (by hand)"""
