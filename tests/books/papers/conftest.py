import pytest

from cefn.platform.papers.letterhead import Letterhead


@pytest.fixture
def head() -> Letterhead:
    return Letterhead(
        name="Siop y Cwm",
        address=("14 Heol y Bont", "Aberystwyth", "SY23 1AB"),
        email="post@siopycwm.example",
        tax_number="GB 123 4567 82",
        registration="Siop y Cwm Cyf, 01234567",
    )
