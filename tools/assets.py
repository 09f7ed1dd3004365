"""Copies what the screens need out of node_modules into src/cefn/web/static/vendor, and draws the icon sprite.

Standard library only. The folder is not in version control; the wheel carries it.
"""

import json
import re
import shutil
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = REPOSITORY / "node_modules"
VENDOR = REPOSITORY / "src" / "cefn" / "web" / "static" / "vendor"
ICON_LIST = REPOSITORY / "src" / "cefn" / "web" / "icons.txt"
ICONS = PACKAGES / "@tabler" / "icons" / "icons"

# File inside node_modules: its name in static/vendor.
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine-csp.min.js",
    "uplot/dist/uPlot.iife.min.js": "uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css": "uPlot.min.css",
    "@zxing/browser/umd/zxing-browser.min.js": "zxing-browser.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext-wght-normal.woff2",
    "htmx.org/LICENSE": "licences/htmx.txt",
    "uplot/LICENSE": "licences/uplot.txt",
    "@zxing/browser/LICENSE": "licences/zxing-browser.txt",
    "@fontsource-variable/inter/LICENSE": "licences/inter.txt",
    "@tabler/icons/LICENSE": "licences/tabler-icons.txt",
}
# Used by the browser tests alone; left out of the wheel.
DEVELOPMENT_FILES = {"axe-core/axe.min.js": "axe.min.js"}

SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
SPRITE = '<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


# Packages without a licence file of their own: said in a line, from their package.json.
WITHOUT_LICENCE_FILE = {"@alpinejs/csp": "licences/alpine.txt"}
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


class AssetMissing(Exception):
    """A file or icon that the screens need is not in node_modules."""


def icon_names(text: str) -> list[str]:
    """Return the icon names of icons.txt: one a line, `#` begins a remark; sorted, each once."""
    names = {line.split("#")[0].strip() for line in text.splitlines()}
    return sorted(names - {""})


def sprite(names: list[str], icons: Path = ICONS) -> str:
    """Return one SVG with a symbol for each named outline icon (`name/filled` takes the filled drawing)."""
    symbols = []
    for name in names:
        plain, _, style = name.partition("/")
        source = icons / (style or "outline") / f"{plain}.svg"
        if not source.is_file():
            raise AssetMissing(
                f"There is no icon {name!r} among Tabler's {style or 'outline'} icons ({ICON_LIST.name})."
            )
        match = SHAPES.search(source.read_text("utf-8"))
        if match is None:
            raise AssetMissing(f"The file of icon {name!r} holds no drawing.")
        shapes = " ".join(match.group(1).split())
        symbol = SYMBOL.format(name=name.replace("/", "-"), shapes=shapes)
        if style == "filled":
            symbol = symbol.replace('fill="none" stroke="currentColor" stroke-width="1.75"', 'fill="currentColor"')
        symbols.append(symbol)
    return SPRITE.format(symbols="\n".join(symbols))


def _file_copy(source: Path, target: Path) -> None:
    """Copy one file; a script loses the name of its source map, which is not served."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".js":
        target.write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))
    else:
        shutil.copyfile(source, target)


def assets_copy(*, development: bool = True) -> int:
    """Fill static/vendor anew and return the number of files; raises AssetMissing naming what is not there."""
    files = FILES | (DEVELOPMENT_FILES if development else {})
    missing = [source for source in files if not (PACKAGES / source).is_file()]
    if missing:
        raise AssetMissing(f"Not in node_modules: {', '.join(missing)}. Run `python3 dev.py install`.")
    VENDOR.mkdir(parents=True, exist_ok=True)
    names = [*files.values(), *WITHOUT_LICENCE_FILE.values(), "icons.svg"]
    wanted = {VENDOR / name for name in names}
    for source, name in files.items():
        _file_copy(PACKAGES / source, VENDOR / name)
    for package, name in WITHOUT_LICENCE_FILE.items():
        about = json.loads((PACKAGES / package / "package.json").read_text("utf-8"))
        line = (
            f"{package} {about['version']}, by {about.get('author', 'its contributors')}: {about['license']} licence\n"
        )
        (VENDOR / name).write_text(line, "utf-8")
    (VENDOR / "icons.svg").write_text(sprite(icon_names(ICON_LIST.read_text("utf-8"))), "utf-8")
    for stale in [path for path in VENDOR.rglob("*") if path.is_file() and path not in wanted]:
        stale.unlink()
    return len(wanted)


if __name__ == "__main__":
    try:
        print(f"{assets_copy(development='--release' not in sys.argv)} front-end files in {VENDOR}")
    except AssetMissing as error:
        sys.exit(f"assets: {error}")
