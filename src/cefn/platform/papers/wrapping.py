"""Long words that must not run out of their column."""

import re

LONGEST_WORD = 24
_ZERO_WIDTH_SPACE = "\u200b"
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Return `text` on one line: control characters and line ends become one space."""
    return _CONTROL.sub(" ", text).strip()


def wrappable(text: str) -> str:
    """Return `text` on one line, with invisible break places in words of more than 24 characters."""
    return _LONG_WORD.sub(_with_breaks, one_line(text))


def _with_breaks(match: re.Match[str]) -> str:
    word = match.group()
    return _ZERO_WIDTH_SPACE.join(word[start : start + 12] for start in range(0, len(word), 12))
