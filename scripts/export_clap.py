"""Puts a CLAP of your choice into two networks that the program runs, from a checkpoint you have.

    python scripts/export_clap.py --laion FILE.pt --audio-model HTSAT-base --into FOLDER
    python scripts/export_clap.py --transformers FOLDER_OR_NAME --into FOLDER
    vibe-desktop models install clap --from FOLDER

It works in an environment of its own, which it makes the first time: Python 3.11 or 3.12, 2 GB or,
where torch comes with graphics libraries, several.
A `.pt` is read as numbers only, never as a program; of transformers' files only safetensors are read. Before
anything is put into FOLDER, the networks' answers are compared with those of the model they were made from.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(
    1, str(Path(__file__).resolve().parent.parent)
)  # the program itself, of which no package is needed

import export_clap_environment as environment


def main() -> None:
    """Read the command line, go to the environment, and export there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument(
        "--laion", type=Path, metavar="FILE", help="a checkpoint of laion-clap, without fusion"
    )
    origin.add_argument(
        "--transformers", metavar="FOLDER_OR_NAME", help="a ClapModel saved by transformers, as safetensors"
    )
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="where to put the result")
    parser.add_argument("--audio-model", choices=["HTSAT-tiny", "HTSAT-base"], help="what the FILE holds")
    parser.add_argument(
        "--text-model",
        default="roberta-base",
        metavar="FOLDER_OR_NAME",
        help="where laion-clap's tokenizer is (roberta-base)",
    )
    parser.add_argument(
        "--precision",
        choices=["int8", "fp32", "both"],
        default="int8",
        help="int8 is a quarter the size and twice as fast; both makes a folder of each in FOLDER",
    )
    parser.add_argument(
        "--environment", type=Path, default=environment.usual_place(), metavar="FOLDER", help="where to work"
    )
    parser.add_argument(
        "--requirements",
        type=Path,
        default=environment.REQUIREMENTS,
        metavar="FILE",
        help="another list of packages, for a machine on which these do not exist",
    )
    asked = parser.parse_args()
    if asked.laion and not asked.audio_model:
        parser.error("--laion needs --audio-model: a file does not say what it holds")
    environment.enter(asked.environment, asked.requirements)
    export(asked)


def export(asked: argparse.Namespace) -> None:
    """Read the checkpoint and write each folder that was asked for."""
    import export_clap_checkpoint as checkpoints
    from export_clap_networks import write

    if asked.laion:
        checkpoint = checkpoints.from_laion(asked.laion, asked.audio_model, asked.text_model)
    else:
        checkpoint = checkpoints.from_transformers(asked.transformers)
    both = asked.precision == "both"
    for precision in ("fp32", "int8") if both else (asked.precision,):
        write(checkpoint, precision, asked.into / precision if both else asked.into)


if __name__ == "__main__":
    main()
