"""Which rate is in force on a day."""

from datetime import date

import pytest

from cefn.tax.errors import TaxRateMissing
from cefn.tax.rates import rate_ppm
from tests.shop import shop_make

pytestmark = pytest.mark.django_db


def test_the_rate_of_the_day_is_taken() -> None:
    company_id = shop_make().company_id

    def standard(on: date) -> int:
        return rate_ppm(company_id=company_id, category="standard", country="GB", on=on)

    assert standard(date(2008, 11, 30)) == 175_000
    assert standard(date(2008, 12, 1)) == 150_000
    assert standard(date(2011, 1, 3)) == 175_000
    assert standard(date(2011, 1, 4)) == 200_000
    with pytest.raises(TaxRateMissing, match="standard in GB on 1991-03-31"):
        standard(date(1991, 3, 31))
    with pytest.raises(TaxRateMissing, match="standard in FR"):
        rate_ppm(company_id=company_id, category="standard", country="FR", on=date(2026, 1, 1))
