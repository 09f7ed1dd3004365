"""The fonts that papers may use: Source Sans Pro from its package, and what Typst embeds. Never a font of the machine.

The font package carries every face twice (OpenType and TrueType) in one folder, and Typst takes whichever the folder
lists first. So that the same paper is the same bytes on every machine, the faces in use are linked into a folder of
their own, read once, and the folder is dropped again.
"""

import tempfile
from functools import cache
from pathlib import Path

import font_source_sans_pro
import typst

FAMILY = "Source Sans Pro"
FACES = ("Regular", "It", "Semibold", "Bold", "Black")

_TOUCH_EVERY_FACE = b"""
#set text(font: "Source Sans Pro", fallback: false)
a #emph[a] #text(weight: 600)[a] #text(weight: 700)[a] #text(weight: 900)[a]
"""


@cache
def paper_fonts() -> typst.Fonts:
    """Return the fonts, loaded once a process; FileNotFoundError when the font package lacks a face."""
    source = Path(font_source_sans_pro.font_directory)
    with tempfile.TemporaryDirectory(prefix="cefn-fonts-") as folder:
        for face in FACES:
            file = source / f"SourceSansPro-{face}.otf"
            if not file.is_file():
                raise FileNotFoundError(file)
            (Path(folder) / file.name).symlink_to(file)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
        typst.compile(_TOUCH_EVERY_FACE, font_paths=fonts, format="pdf")
    return fonts
