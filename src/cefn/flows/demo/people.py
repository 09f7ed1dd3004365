"""The demo shop's made-up people and places: customers, suppliers, staff. No real person or address is meant."""

import random
from dataclasses import dataclass

from cefn.parties.services import AddressDraft, CustomerDraft, SupplierDraft

FIRST_NAMES = (
    "Mair", "Siân", "Ffion", "Cerys", "Lowri", "Angharad", "Catrin", "Elin", "Nia", "Megan", "Rhiannon", "Bethan",
    "Gwen", "Eleri", "Carys", "Heledd", "Gareth", "Rhys", "Dylan", "Owain", "Huw", "Emyr", "Ieuan", "Geraint", "Aled",
    "Iolo", "Tomos", "Macsen", "Steffan", "Gethin", "Emma", "Sarah", "Priya", "Aisha", "Hannah", "Olivia", "James",
    "Daniel", "Mohammed", "Oliver", "Peter", "Chloe", "Grace", "Ravi", "Wei", "Kasia", "Tomasz", "Fatima", "Hugh",
    "Ruth",
)  # fmt: skip
SURNAMES = (
    "Jones", "Williams", "Davies", "Evans", "Thomas", "Roberts", "Lewis", "Hughes", "Morgan", "Griffiths", "Edwards",
    "Owen", "Rees", "Price", "Parry", "Pugh", "Bowen", "Llewellyn", "Vaughan", "Prosser", "ap Dafydd", "Tudur",
    "Gwynne",
    "Smith", "Taylor", "Brown", "Walker", "Patel", "Khan", "O'Brien", "Nowak", "Chen", "Begum", "Fraser", "MacLeod",
    "Clarke", "Hill", "Baker", "Carter", "Singh",
)  # fmt: skip
STREETS = (
    "Heol y Felin", "Stryd Fawr", "Ffordd y Môr", "Lôn Goed", "Heol Eglwys", "Maes y Dre", "Rhodfa'r Parc", "Bryn Teg",
    "High Street", "Station Road", "Church Lane", "Mill Road", "Park Avenue", "Castle Street", "Victoria Terrace",
    "Orchard Close",
)  # fmt: skip
TOWNS = (
    # town, postcode district, how many of a hundred customers live near it
    ("Caerdydd", "CF14", 12), ("Caerdydd", "CF5", 8), ("Abertawe", "SA2", 7), ("Casnewydd", "NP20", 4), ("Bangor",
    "LL57", 6),
    ("Caernarfon", "LL55", 5), ("Wrecsam", "LL11", 4), ("Aberystwyth", "SY23", 5), ("Caerfyrddin", "SA31", 4),
    ("Llandudno", "LL30", 4), ("Merthyr Tudful", "CF47", 3), ("Y Fenni", "NP7", 2), ("Hwlffordd", "SA61", 2),
    ("London", "N4", 6), ("London", "SE22", 5), ("Bristol", "BS6", 4), ("Birmingham", "B14", 3), ("Manchester", "M20",
    3),
    ("Liverpool", "L18", 3), ("Chester", "CH2", 2), ("Leeds", "LS6", 2), ("Edinburgh", "EH9", 2), ("Belfast", "BT9", 1),
    ("Exeter", "EX4", 1), ("Norwich", "NR2", 1), ("Truro", "TR1", 1),
)  # fmt: skip
ABROAD = (
    ("Dublin", "D06", "IE"), ("Rennes", "35000", "FR"), ("Utrecht", "3511", "NL"), ("Berlin", "10405", "DE"),
    ("Scranton", "18503", "US"), ("Toronto", "M4K", "CA"), ("Puerto Madryn", "9120", "AR"),
)  # fmt: skip
SHOPS = (
    "Siop y Pentre", "Oriel y Bont", "The Castle Gift Shop", "Harbour Books", "Caffi'r Glannau", "Museum Shop, Y Fro",
    "Bodlon Interiors", "The Wool Barn", "Siop Lyfrau'r Bala", "Garden House Farm Shop",
)  # fmt: skip
SUPPLIERS = (
    ("Crochendy'r Cwm", 21), ("Melin Wlân Teifi", 28), ("Gwasg y Dderwen", 10), ("Becws Bach Penarth", 3),
    ("Halen y Glannau", 7), ("Severn Textile Printers", 18), ("Bright Tin Toys", 35), ("Gemwaith Arfon", 20),
    ("Pacio Pac, packaging", 5),
)  # fmt: skip
"""Suppliers and their lead time in days."""

STAFF = (
    # role, name, local part of the e-mail, language, warehouses
    ("owner", "Mair Cefn", "owner", "en", ()),
    ("manager", "Dylan Prys", "manager", "cy", ()),
    ("clerk", "Ffion Haf", "clerk", "en", ()),
    ("warehouse", "Gethin Wyn", "warehouse", "cy", ()),
    ("buyer", "Priya Rao", "buyer", "en", ()),
    ("accountant", "Huw Puw", "accountant", "en", ()),
    ("cashier", "Cerys Lewis", "cashier", "cy", ()),
    ("auditor", "Ruth Walker", "auditor", "en", ()),
    ("read_only", "Iolo Gwyn", "read-only", "cy", ()),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the order maker sees one: who, where to, whether a business, and how they talk."""

    name: str
    email: str
    address: AddressDraft
    is_business: bool
    language: str

    def ship_to(self) -> dict[str, str]:
        """Return the address copy that an order keeps."""
        return self.address.as_copy() | {"email": self.email}


def people(dice: random.Random, count: int) -> list[Person]:
    """Return made-up customers, the businesses first; e-mails and telephone numbers are unique."""
    found: list[Person] = []
    towns = [town[:2] for town in TOWNS]
    weights = [town[2] for town in TOWNS]
    for at in range(count):
        first, last = dice.choice(FIRST_NAMES), dice.choice(SURNAMES)
        business = SHOPS[at] if at < len(SHOPS) else ""
        if not business and dice.randrange(100) < 5:
            city, postcode, country = dice.choice(ABROAD)
        else:
            city, district = dice.choices(towns, weights)[0]
            postcode, country = (
                f"{district} {dice.randint(1, 9)}{dice.choice('ABDEFGHJLN')}{dice.choice('ABDEFGHJLN')}",
                "GB",
            )
        welsh = country == "GB" and postcode[:2] in {"CF", "SA", "NP", "LL", "SY"}
        address = AddressDraft(
            name=f"{first} {last}", company_name=business, line1=f"{dice.randint(1, 140)} {dice.choice(STREETS)}",
            city=city,
            postcode=postcode, country=country, phone=f"07700 900{at % 1000:03d}",
        )  # fmt: skip
        local = "".join(
            letter for letter in f"{first}.{last}".lower() if letter.isascii() and (letter.isalpha() or letter == ".")
        )
        language = "cy" if welsh and dice.randrange(100) < 35 else "en"
        found.append(
            Person(business or f"{first} {last}", f"{local}{at + 1}@example.com", address, bool(business), language)
        )
    return found


def customer_drafts(persons: list[Person]) -> list[CustomerDraft]:
    """Return the customers to make, in order."""
    return [
        CustomerDraft(
            name=person.name, email=person.email, phone=person.address.phone, is_business=person.is_business,
            language=person.language, addresses=[person.address],
        )
        for person in persons
    ]  # fmt: skip


def supplier_drafts() -> list[SupplierDraft]:
    """Return the suppliers to make."""
    return [
        SupplierDraft(name=name, email=f"orders{at + 1}@example.com", phone=f"07700 900{900 + at}", lead_time_days=days)
        for at, (name, days) in enumerate(SUPPLIERS)
    ]
