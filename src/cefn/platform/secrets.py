"""Secrets at rest: sealed with a key made from the installation's own secret key.

The key of each purpose is derived by HKDF-SHA256 (RFC 5869), so that a text sealed for one purpose does not open for
another; sealing is Fernet (AES-128-CBC with HMAC-SHA256). After `SECRET_KEY` was changed, texts sealed before still
open as long as the old key stands in `SECRET_KEY_FALLBACKS`; `secret_reseal` writes them anew.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError

_SALT = b"cefn/secrets/v1"


class SecretNotReadable(CefnError):
    """A sealed text was sealed with another key, for another purpose, or was changed."""

    code = "CEFN-PLATFORM-301"
    status = 409
    sentence = _("The stored secret of %(purpose)s can't be read with this installation's key.")
    remedy = _("Enter the secret again, or put the key it was sealed with into the old keys of this installation.")


def _fernet(secret_key: str, purpose: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=purpose.encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _keys(purpose: str) -> MultiFernet:
    return MultiFernet([_fernet(str(key), purpose) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def secret_seal(*, text: str, purpose: str) -> str:
    """Return `text` sealed for `purpose`, e.g. "carrier-account"; sealing twice gives different texts."""
    return _keys(purpose).encrypt(text.encode()).decode()


def secret_open(*, sealed: str, purpose: str) -> str:
    """Return what was sealed; raises SecretNotReadable."""
    try:
        return _keys(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretNotReadable(purpose=purpose) from error


def secret_reseal(*, sealed: str, purpose: str) -> str:
    """Return a sealed text sealed anew with the present key; raises SecretNotReadable."""
    try:
        return _keys(purpose).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretNotReadable(purpose=purpose) from error
