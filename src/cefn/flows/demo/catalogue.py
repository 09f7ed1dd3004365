"""What the demo shop sells: 400 variants of gifts in several designs and options, with names in both languages."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum.ean import calc_check_digit

from cefn.catalog.services import ProductDraft, VariantDraft

GTIN_START = 200
"""GS1's range for numbers that stay inside a company: never another's goods."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option: what stands in the SKU, and its names."""

    code: str
    name: str
    name_cy: str
    dearer_percent: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of gift. Price and cost are pence of the plainest option; sizes are millimetres; `designs` are codes."""

    code: str
    name: str
    name_cy: str
    category: str
    price: int
    cost: int
    weight_g: int
    size_mm: tuple[int, int, int]
    designs: str
    option: str = ""
    choices: tuple[Choice, ...] = ()
    tax: str = "standard"
    hs_code: str = ""
    origin: str = "GB"


DESIGNS = {
    "DRG": ("red dragon", "draig goch"), "DAF": ("daffodil", "cenhinen Bedr"), "SHP": ("sheep", "defaid"),
    "LEK": ("leek", "cenhinen"), "LOV": ("lovespoon", "llwy garu"), "CAS": ("castle", "castell"),
    "MTN": ("mountains", "mynyddoedd"), "PUF": ("puffin", "pâl"), "TAP": ("tapestry", "brethyn"),
    "CWT": ("cwtch", "cwtsh"), "HIR": ("hiraeth", "hiraeth"), "KIT": ("red kite", "barcud coch"),
    "HRP": ("harp", "telyn"), "WAV": ("waves", "tonnau"), "LTH": ("lighthouse", "goleudy"),
    "OTT": ("otter", "dyfrgi"), "STR": ("stars", "sêr"), "FRN": ("fern", "rhedyn"),
}  # fmt: skip
"""Design code -> English and Welsh name."""

SIZES = tuple(Choice(code, code, code) for code in ("S", "M", "L", "XL", "XXL"))
AGES = (
    Choice("2", "2-3 years", "2-3 oed"), Choice("4", "4-5 years", "4-5 oed"), Choice("6", "6-7 years", "6-7 oed"),
    Choice("8", "8-9 years", "8-9 oed"), Choice("10", "10-11 years", "10-11 oed"),
)  # fmt: skip
MONTHS = (
    Choice("00", "0-3 months", "0-3 mis"), Choice("03", "3-6 months", "3-6 mis"), Choice("06", "6-12 months",
    "6-12 mis"),
    Choice("12", "12-18 months", "12-18 mis"),
)  # fmt: skip
WOOLS = (
    Choice("GRY", "grey", "llwyd"), Choice("BLU", "blue", "glas"), Choice("RED", "red", "coch"),
    Choice("GRN", "green", "gwyrdd"),
)  # fmt: skip
CLOTHS = (Choice("NAT", "natural", "naturiol"), Choice("BLK", "black", "du"))
BIG_SMALL = (Choice("S", "small", "bach"), Choice("L", "large", "mawr", 60))
METALS = (Choice("SIL", "silver", "arian"), Choice("GLD", "gold plated", "eurad", 45))

HOME, KITCHEN, CLOTHES, CHILDREN = "Home", "Kitchen", "Clothes", "Children"
PAPER, JEWELLERY, KEEPSAKES, FOOD, BOOKS = "Paper", "Jewellery", "Keepsakes", "Food", "Books"

FAMILIES = (
    Family("MUG", "Mug", "Mwg", KITCHEN, 1150, 430, 380, (120, 90, 105),
           "DRG DAF SHP LEK LOV CAS MTN PUF TAP CWT HIR KIT WAV OTT", "size", BIG_SMALL, hs_code="691200"),
    Family("TTW", "Tea towel", "Lliain sychu llestri", KITCHEN, 950, 340, 90, (230, 180, 15),
           "DRG DAF SHP LEK CAS MTN PUF TAP CWT HRP", hs_code="630259"),
    Family("APR", "Apron", "Ffedog", KITCHEN, 2200, 900, 260, (300, 250, 25), "DRG DAF SHP LEK TAP CWT", "colour",
    CLOTHS,
           hs_code="621142"),
    Family("CST", "Coaster", "Mat diod", KITCHEN, 450, 130, 60, (100, 100, 6), "DRG DAF SHP MTN PUF TAP CWT WAV",
           hs_code="441990"),
    Family("CUS", "Cushion", "Clustog", HOME, 3400, 1420, 620, (450, 450, 120), "DRG SHP TAP CWT HIR FRN STR MTN",
    "colour",
           WOOLS[:2], hs_code="940490"),
    Family("BLK", "Wool blanket", "Carthen wlân", HOME, 9800, 4900, 1400, (400, 320, 110), "TAP STR WAV FRN", "colour",
           WOOLS[:3], hs_code="630120"),
    Family("CDL", "Candle", "Cannwyll", HOME, 1600, 580, 310, (85, 85, 95), "DAF WAV FRN CWT HIR MTN", "size",
    BIG_SMALL,
           hs_code="340600"),
    Family("SOP", "Soap", "Sebon", HOME, 600, 190, 110, (85, 60, 30), "DAF WAV FRN SHP LEK OTT", hs_code="340111"),
    Family("TOT", "Tote bag", "Bag siopa", CLOTHES, 1200, 390, 140, (380, 300, 12), "DRG DAF SHP PUF CWT HIR KIT OTT",
           "colour", CLOTHS, hs_code="420292"),
    Family("TEE", "T-shirt", "Crys-T", CLOTHES, 2000, 720, 190, (300, 250, 20), "DRG MTN CWT HIR KIT WAV STR PUF",
    "size",
           SIZES, hs_code="610910"),
    Family("SOX", "Socks", "Sanau", CLOTHES, 850, 290, 70, (210, 90, 25), "DRG SHP DAF PUF OTT LEK TAP STR", "size",
           (Choice("4", "size 4-7", "maint 4-7"), Choice("8", "size 8-11", "maint 8-11")), hs_code="611595"),
    Family("HAT", "Wool hat", "Het wlân", CLOTHES, 2400, 1000, 120, (240, 220, 60), "TAP SHP STR WAV", "colour", WOOLS,
           hs_code="650500"),
    Family("SCF", "Wool scarf", "Sgarff wlân", CLOTHES, 3200, 1450, 210, (300, 200, 50), "TAP WAV FRN STR", "colour",
    WOOLS,
           hs_code="621420"),
    Family("KTE", "Children's T-shirt", "Crys-T plant", CHILDREN, 1400, 520, 120, (240, 200, 15),
    "DRG SHP PUF OTT KIT STR",
           "age", AGES, "zero", "610910"),
    Family("BBY", "Babygrow", "Siwt fabi", CHILDREN, 1500, 560, 110, (220, 180, 20), "DRG SHP DAF CWT PUF", "age",
    MONTHS,
           "zero", "611120"),
    Family("TOY", "Soft toy", "Tegan meddal", CHILDREN, 1800, 690, 240, (260, 160, 140), "DRG SHP PUF OTT", "size",
    BIG_SMALL,
           hs_code="950300", origin="CN"),
    Family("JIG", "Jigsaw", "Jig-so", CHILDREN, 1500, 560, 540, (270, 190, 50), "CAS MTN LTH PUF", "pieces",
           (Choice("100", "100 pieces", "100 darn"), Choice("500", "500 pieces", "500 darn", 30)), hs_code="950300"),
    Family("PRT", "Print", "Print", PAPER, 1800, 420, 160, (420, 300, 8),
    "DRG DAF SHP CAS MTN PUF CWT HIR KIT HRP WAV LTH",
           "size", (Choice("A4", "A4", "A4"), Choice("A3", "A3", "A3", 55)), hs_code="491191"),
    Family("CRD", "Greeting card", "Cerdyn cyfarch", PAPER, 325, 80, 25, (175, 125, 3),
           "DRG DAF SHP LOV CAS MTN PUF CWT HIR KIT STR OTT FRN LTH", hs_code="490900"),
    Family("NTB", "Notebook", "Llyfr nodiadau", PAPER, 900, 310, 220, (210, 150, 15), "DRG MTN CWT HIR WAV STR", "size",
           (Choice("A6", "A6", "A6"), Choice("A5", "A5", "A5", 30)), hs_code="482010"),
    Family("EAR", "Earrings", "Clustdlysau", JEWELLERY, 2800, 1050, 20, (70, 50, 25), "DRG DAF LOV STR FRN HRP",
    "metal",
           METALS, hs_code="711311"),
    Family("NCK", "Necklace", "Mwclis", JEWELLERY, 3600, 1380, 30, (70, 70, 30), "DRG DAF LOV STR HRP", "metal", METALS,
           hs_code="711311"),
    Family("LSP", "Carved lovespoon", "Llwy garu gerfiedig", KEEPSAKES, 2600, 1200, 90, (250, 60, 20),
           "DRG DAF LOV HRP CAS CWT STR SHP", "size", BIG_SMALL, hs_code="442019"),
    Family("KEY", "Keyring", "Cylch allweddi", KEEPSAKES, 550, 160, 35, (60, 40, 8), "DRG DAF SHP LOV CAS PUF CWT KIT",
           hs_code="732690", origin="CN"),
    Family("MAG", "Magnet", "Magnet", KEEPSAKES, 400, 110, 30, (70, 50, 6), "DRG DAF SHP LOV CAS MTN PUF CWT LTH KIT",
           hs_code="850519", origin="CN"),
)  # fmt: skip

SINGLES = (
    # code, name, Welsh name, category, price, cost, weight, size, tax, HS code
    ("FD-WC6", "Welsh cakes, box of 6", "Pice ar y maen, bocs o 6", FOOD, 450, 190, 260, (160, 110, 50), "zero",
    "190590"),
    ("FD-WC12", "Welsh cakes, box of 12", "Pice ar y maen, bocs o 12", FOOD, 800, 340, 510, (220, 160, 50), "zero",
    "190590"),
    ("FD-BRA", "Bara brith loaf", "Torth o fara brith", FOOD, 650, 290, 480, (180, 90, 80), "zero", "190590"),
    ("FD-SALT", "Sea salt, 100 g", "Halen môr, 100 g", FOOD, 525, 220, 130, (70, 70, 60), "zero", "250100"),
    ("FD-SMKD", "Smoked sea salt, 100 g", "Halen môr mwg, 100 g", FOOD, 595, 250, 130, (70, 70, 60), "zero", "250100"),
    ("FD-LAVR", "Laverbread, tin", "Bara lawr, tun", FOOD, 425, 190, 160, (75, 75, 45), "zero", "200899"),
    ("FD-TEA80", "Strong tea, 80 bags", "Te cryf, 80 bag", FOOD, 550, 240, 290, (140, 90, 80), "zero", "090230"),
    ("FD-HNY", "Heather honey, 340 g", "Mêl grug, 340 g", FOOD, 850, 390, 520, (80, 80, 100), "zero", "040900"),
    ("FD-FDG", "Butter fudge, 200 g", "Cyffug menyn, 200 g", FOOD, 575, 230, 230, (150, 90, 40), "standard", "170490"),
    ("FD-TOF", "Treacle toffee, 200 g", "Cyflaith, 200 g", FOOD, 525, 210, 230, (150, 90, 40), "standard", "170490"),
    ("FD-CHO", "Sea salt chocolate, 100 g", "Siocled halen môr, 100 g", FOOD, 495, 210, 115, (160, 80, 12), "standard",
     "180632"),
    ("FD-CHT", "Damson chutney, 280 g", "Siytni eirin duon, 280 g", FOOD, 525, 220, 460, (75, 75, 95), "zero",
    "200190"),
    ("BK-COOK", "Bakestone: recipes from four kitchens", "Y maen: ryseitiau o bedair cegin", BOOKS, 1499, 720, 640,
     (240, 190, 18), "zero", "490199"),
    ("BK-WALK", "Forty walks by the sea", "Deugain o deithiau ger y môr", BOOKS, 1199, 560, 380, (210, 140, 16), "zero",
     "490199"),
    ("BK-LEARN", "Welsh in a hundred breakfasts", "Cymraeg mewn cant o frecwastau", BOOKS, 999, 460, 310, (198, 129,
    18),
     "zero", "490199"),
    ("BK-TALES", "The lake's daughter and other tales", "Merch y llyn a straeon eraill", BOOKS, 899, 410, 300,
     (198, 129, 16), "zero", "490199"),
    ("BK-BIRDS", "Birds of the western cliffs", "Adar clogwyni'r gorllewin", BOOKS, 1299, 610, 420, (210, 148, 14),
    "zero",
     "490199"),
    ("BK-ABC", "A is for Afal", "A am Afal", BOOKS, 699, 300, 260, (220, 220, 10), "zero", "490300"),
    ("BK-DRGN", "The dragon who was cold", "Y ddraig oer", BOOKS, 699, 300, 250, (220, 220, 9), "zero", "490300"),
    ("BK-SHEEP", "Count the sheep", "Cyfri'r defaid", BOOKS, 599, 260, 240, (200, 200, 12), "zero", "490300"),
)  # fmt: skip

SERVICES = (
    ("POST-STD", "Postage, tracked 48", "Cludiant, tracio 48", 395),
    ("POST-EXP", "Postage, next day", "Cludiant, drannoeth", 795),
    ("POST-INT", "Postage, abroad", "Cludiant, tramor", 1295),
    ("GIFTWRAP", "Gift wrapping", "Lapio rhodd", 250),
)
"""Charged, never stocked."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A variant's SKU with its usual price and how strongly it sells beside the others."""

    sku: str
    price: int
    cost: int
    weight: int
    category: str


def gtin(serial: int) -> str:
    """Return a valid GTIN-13 in the range that never leaves a company."""
    body = f"{GTIN_START}{serial:09d}"
    return body + calc_check_digit(body)


def catalogue(dice: random.Random) -> tuple[list[ProductDraft], list[Weighted]]:
    """Return the products to make, services last, and what the order maker must know of each stocked variant."""
    products: list[ProductDraft] = []
    facts: list[Weighted] = []
    serials = iter(range(1, 10_000))
    for family in FAMILIES:
        fame = dice.choice((2, 3, 4, 6))
        for design in family.designs.split():
            shine = fame * dice.choice((1, 1, 2, 2, 3, 5, 8))
            products.append(_family_product(family, design, serials))
            facts.extend(
                Weighted(draft.sku, draft.price_micro // 10_000, draft.cost_micro // 10_000, shine * dice.choice((1, 2,
                3)),
                         family.category)
                for draft in products[-1].variants
            )  # fmt: skip
    for code, name, name_cy, category, price, cost, weight, size, tax, hs_code in SINGLES:
        variant = _variant(code, {}, price, cost, weight, size, hs_code, "GB", next(serials))
        products.append(
            ProductDraft(name=name, name_cy=name_cy, category=category, tax_category=tax, variants=[variant])
        )
        facts.append(Weighted(code, price, cost, dice.choice((4, 6, 10, 16, 24)), category))
    products.extend(
        ProductDraft(name=name, name_cy=name_cy, kind="service", category="Services",
                     variants=[VariantDraft(sku=sku, price_micro=price * 10_000)])
        for sku, name, name_cy, price in SERVICES
    )  # fmt: skip
    return products, facts


def _family_product(family: Family, design: str, serials: Iterator[int]) -> ProductDraft:
    english, welsh = DESIGNS[design]
    variants = []
    for choice in family.choices or (None,):
        percent = 100 + (choice.dearer_percent if choice else 0)
        sku = f"{family.code}-{design}" + (f"-{choice.code}" if choice else "")
        variants.append(
            _variant(
                sku, {family.option: choice.name} if choice else {}, family.price * percent // 100,
                family.cost * percent // 100, family.weight_g * percent // 100, family.size_mm, family.hs_code,
                family.origin, next(serials), choice.name if choice else "",
            )
        )  # fmt: skip
    return ProductDraft(
        name=f"{family.name}, {english}", name_cy=f"{family.name_cy}, {welsh}", category=family.category,
        brand="Siop Anrhegion Cefn", tax_category=family.tax, variants=variants,
    )  # fmt: skip


def _variant(
    sku: str, options: dict[str, str], price: int, cost: int, weight_g: int, size: tuple[int, int, int], hs_code: str,
    origin: str, serial: int, name: str = "",
) -> VariantDraft:  # fmt: skip
    return VariantDraft(
        sku=sku, name=name, options=options, price_micro=price * 10_000, cost_micro=cost * 10_000,
        barcodes=[gtin(serial)],
        weight_g=weight_g,
        length_mm=size[0], width_mm=size[1], height_mm=size[2], hs_code=hs_code, origin_country=origin,
    )  # fmt: skip
