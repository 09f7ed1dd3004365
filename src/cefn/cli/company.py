"""Make a company ready for its first order: books, tax, units, warehouses, numbers, ways to pay; or list them."""

import argparse
import json

from cefn.flows.setup import FIRST_BINS, company_open
from cefn.inventory.models import Warehouse
from cefn.inventory.services.places import WarehouseDraft
from cefn.platform.companies import CompanyDraft
from cefn.platform.models import Company

EXAMPLE = "cefn company create --code siop --name 'Siop Anrhegion' --warehouse CF:Caerdydd --warehouse BG:Bangor"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("action", choices=("create", "list"), help="make a company, or list those there are")
    parser.add_argument("--code", default="main", help="short name: small letters, digits, hyphens (default: main)")
    parser.add_argument("--name", default="", help="the name on papers (default: the code)")
    parser.add_argument("--currency", default="GBP", help="of its prices and books (default: GBP)")
    parser.add_argument("--vat-number", default="", help="as registered; empty: not registered")
    parser.add_argument("--prices-without-tax", action="store_true", help="list prices don't include VAT")
    parser.add_argument("--costing", choices=("fifo", "average"), default="fifo", help="how cost is found")
    parser.add_argument("--tax-rounding", choices=("line", "document"), default="line", help="where VAT is rounded")
    parser.add_argument(
        "--warehouse", action="append", default=[], metavar="CODE:NAME[:POSTCODE]", help="may be given again"
    )
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")


def _warehouse(text: str) -> WarehouseDraft:
    code, _, rest = text.partition(":")
    name, _, postcode = rest.partition(":")
    return WarehouseDraft(code=code, name=name or code, postcode=postcode, bins=FIRST_BINS)


def run(options: argparse.Namespace) -> int:
    """Make or list."""
    if options.action == "create":
        company_open(
            company=CompanyDraft(
                code=options.code,
                name=options.name or options.code,
                currency=options.currency,
                vat_number=options.vat_number,
                prices_include_tax=not options.prices_without_tax,
                costing_method=options.costing,
                tax_rounding=options.tax_rounding,
            ),
            warehouses=[_warehouse(text) for text in options.warehouse or ["MAIN:Main warehouse"]],
        )
    companies = [
        {
            "code": company.code,
            "name": company.name,
            "currency": company.currency,
            "warehouses": list(
                Warehouse.objects.filter(company=company).order_by("priority", "code").values_list("code", flat=True)
            ),
        }
        for company in Company.objects.order_by("code")
    ]
    if options.json:
        print(json.dumps({"companies": companies}, ensure_ascii=False))
    else:
        for company in companies:
            print(
                f"{company['code']:<20} {company['name']:<40} {company['currency']}  {' '.join(company['warehouses'])}"
            )
    return 0
