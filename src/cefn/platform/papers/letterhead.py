"""Who a paper comes from: name, address and numbers of the sender, and the look they chose."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cefn.platform.papers.errors import LogoNotUsable

LOGO_BYTES_MOST = 200 * 1024
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The head of every paper. `logo` is a PNG or JPEG; `accent` a colour "#rrggbb"."""

    name: str
    address: tuple[str, ...]
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_number: str = ""
    registration: str = ""
    accent: str = "#0b5d56"
    logo: bytes = b""

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.accent):
            raise ValueError(f"{self.accent!r} is not a colour like #0b5d56")
        if len(self.logo) > LOGO_BYTES_MOST:
            raise LogoNotUsable(reason=_("it is larger than 200 KB"))
        if self.logo and not self.logo_format:
            raise LogoNotUsable(reason=_("it is neither PNG nor JPEG"))

    @property
    def logo_format(self) -> str:
        """Return "png", "jpg", or an empty text without a usable logo."""
        if self.logo.startswith(b"\x89PNG\r\n\x1a\n"):
            return "png"
        return "jpg" if self.logo.startswith(b"\xff\xd8\xff") else ""

    def data(self) -> dict[str, object]:
        """Return the head as a template takes it."""
        return {
            "name": self.name,
            "address": list(self.address),
            "contact": [part for part in (self.phone, self.email, self.website) if part],
            "tax_number": self.tax_number,
            "registration": self.registration,
            "accent": self.accent,
            "logo": list(self.logo),
            "logo_format": self.logo_format,
        }
