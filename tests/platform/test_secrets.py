import pytest
from hypothesis import given
from hypothesis import strategies as st

from cefn.platform.secrets import SecretNotReadable, secret_open, secret_reseal, secret_seal


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_what_is_sealed_opens_again(text):
    sealed = secret_seal(text=text, purpose="carrier-account")
    assert secret_open(sealed=sealed, purpose="carrier-account") == text
    assert sealed != secret_seal(text=text, purpose="carrier-account")


def test_a_secret_opens_only_for_its_purpose_and_unchanged():
    sealed = secret_seal(text="key", purpose="carrier-account")
    with pytest.raises(SecretNotReadable):
        secret_open(sealed=sealed, purpose="channel-account")
    for broken in (sealed[:-2] + "AA", "", "x" * 40, sealed[1:]):
        with pytest.raises(SecretNotReadable):
            secret_open(sealed=broken, purpose="carrier-account")


def test_an_old_key_still_opens_and_resealing_moves_to_the_new_one(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old", []
    sealed = secret_seal(text="key", purpose="p")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert secret_open(sealed=sealed, purpose="p") == "key"
    moved = secret_reseal(sealed=sealed, purpose="p")
    settings.SECRET_KEY_FALLBACKS = []
    assert secret_open(sealed=moved, purpose="p") == "key"
    for verb in (secret_open, secret_reseal):
        with pytest.raises(SecretNotReadable):
            verb(sealed=sealed, purpose="p")
