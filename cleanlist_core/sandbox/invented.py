"""The words invented people and companies are put together from. None of them names anybody."""

from __future__ import annotations

from typing import Any, NamedTuple


class City(NamedTuple):
    """area: how telephone numbers there begin; the rest comes from the range kept for fiction."""

    name: str
    area: str


CITIES = (
    City("Austin, Texas, United States", "512"),
    City("Boston, Massachusetts, United States", "617"),
    City("Chicago, Illinois, United States", "312"),
    City("Denver, Colorado, United States", "303"),
    City("Atlanta, Georgia, United States", "404"),
    City("Seattle, Washington, United States", "206"),
    City("Portland, Oregon, United States", "503"),
    City("Nashville, Tennessee, United States", "615"),
    City("Phoenix, Arizona, United States", "602"),
    City("Minneapolis, Minnesota, United States", "612"),
    City("San Diego, California, United States", "619"),
    City("Washington, District of Columbia, United States", "202"),
    City("Toronto, Ontario, Canada", "416"),
    City("Vancouver, British Columbia, Canada", "604"),
)

FIRST_NAMES = (
    "Ilse", "Teun", "Mirela", "Oren", "Saskia", "Bram", "Noor", "Davit", "Yara", "Emeka", "Linnea",
    "Tomas", "Ayla", "Ruben", "Petra", "Kofi", "Maren", "Joris", "Selma", "Anders", "Imani", "Lucian",
    "Freya", "Matei",
)  # fmt: skip

LAST_NAMES = (
    "Varga", "Abara", "Osei", "Lindqvist", "Okonjo", "Terhune", "Vasile", "Harrowgate", "Mbeki", "Quillon",
    "Sandoval", "Brightwater", "Ferreiro", "Novotna", "Aldercroft", "Tamura", "Westergaard", "Ilunga",
    "Castellane", "Rosvold", "Penhallow", "Dragomir", "Achterberg", "Solheim",
)  # fmt: skip

COMPANY_STARTS = (
    "Northgate", "Quarry Lane", "Brightforge", "Tallowmere", "Harbourline", "Copperfen", "Larkspur",
    "Windrose", "Stonebridge", "Millrace", "Ashdown", "Fernhollow", "Bluecrest", "Juniper Row", "Saltmarsh",
    "Orchard Hill", "Ironwick", "Lanternway", "Cedarvale", "Oakhaven",
)  # fmt: skip

COMPANY_ENDS = (
    "Labs", "Tooling", "Logistics", "Analytics", "Systems", "Robotics", "Health", "Foods", "Energy",
    "Partners", "Software", "Materials",
)  # fmt: skip

INDUSTRIES = (
    ("Industrial software", ["Industrial software", "Automation"], "industrial software"),
    ("Logistics", ["Logistics", "Supply chain"], "freight and warehousing services"),
    ("Financial services", ["Financial services", "Payments"], "payment services"),
    ("Hospital and health care", ["Health care", "Medical devices"], "clinic management tools"),
    ("Renewable energy", ["Renewable energy", "Utilities"], "solar installations"),
    ("Marketing services", ["Marketing services", "Advertising"], "campaign planning"),
    ("Food production", ["Food production", "Wholesale"], "frozen meals"),
    ("Construction", ["Construction", "Engineering"], "timber buildings"),
    ("Education technology", ["Education technology", "Software"], "course software"),
    ("Computer security", ["Computer security", "Software"], "access control software"),
    ("Retail", ["Retail", "E-commerce"], "household goods"),
    ("Professional services", ["Professional services", "Consulting"], "business advice"),
)
"""Industry, all industries, and what a company there sells."""

SIZES = (
    ("1-10", 1, 10, "<$1M"),
    ("11-50", 11, 50, "$1M-$10M"),
    ("51-200", 51, 200, "$10M-$25M"),
    ("201-500", 201, 500, "$25M-$100M"),
    ("501-1000", 501, 1000, "$100M-$250M"),
    ("1001-5000", 1001, 5000, "$250M-$1B"),
    ("5001+", 5001, 24000, "$1B+"),
)
"""Headcount range, its least and greatest, and the revenue range that goes with it."""

COMPANY_TYPES = ("Privately held", "Privately held", "Public company", "Partnership", "Non-profit")

TAGLINES = (
    "Less waiting, more doing",
    "Built to be relied on",
    "Small teams, large results",
    "The calm way to grow",
    "Made by people who use it",
    "Every day a little better",
)


class Job(NamedTuple):
    title: str
    seniority: str
    department: str
    salary: str


JOBS = (
    Job("Sales Development Representative", "entry", "Sales", "$45,000-$60,000"),
    Job("Account Executive", "individual_contributor", "Sales", "$70,000-$95,000"),
    Job("Sales Operations Manager", "manager", "Sales", "$90,000-$120,000"),
    Job("Regional Sales Director", "director", "Sales", "$130,000-$170,000"),
    Job("VP of Sales", "vp", "Sales", "$180,000-$240,000"),
    Job("Marketing Coordinator", "entry", "Marketing", "$42,000-$55,000"),
    Job("Demand Generation Manager", "manager", "Marketing", "$85,000-$115,000"),
    Job("Director of Marketing", "director", "Marketing", "$125,000-$165,000"),
    Job("Software Engineer", "individual_contributor", "Engineering", "$100,000-$135,000"),
    Job("Engineering Manager", "manager", "Engineering", "$140,000-$180,000"),
    Job("VP of Engineering", "vp", "Engineering", "$190,000-$250,000"),
    Job("Operations Lead", "manager", "Operations", "$80,000-$105,000"),
    Job("Head of Operations", "director", "Operations", "$115,000-$150,000"),
    Job("Financial Analyst", "individual_contributor", "Finance", "$65,000-$85,000"),
    Job("Chief Financial Officer", "c_level", "Finance", "$200,000-$280,000"),
    Job("People Partner", "individual_contributor", "Human Resources", "$70,000-$90,000"),
    Job("Customer Success Manager", "manager", "Customer Success", "$75,000-$100,000"),
    Job("Procurement Specialist", "individual_contributor", "Procurement", "$60,000-$80,000"),
    Job("Chief Executive Officer", "c_level", "Executive", "$210,000-$320,000"),
    Job("Founder", "owner", "Executive", "$120,000-$250,000"),
)

EARLIER_JOBS: tuple[list[dict[str, str]], ...] = (
    [{"title": "Account Manager", "company": "Copperfen Foods", "start": "2016-03", "end": "2019-02"}],
    [{"title": "Project Coordinator", "company": "Ashdown Energy", "start": "2015-09", "end": "2018-12"}],
    [
        {"title": "Senior Analyst", "company": "Windrose Analytics", "start": "2017-01", "end": "2019-06"},
        {"title": "Analyst", "company": "Millrace Partners", "start": "2014-08", "end": "2016-12"},
    ],
    [{"title": "Business Developer", "company": "Saltmarsh Logistics", "start": "2013-05", "end": "2018-04"}],
    [{"title": "Support Engineer", "company": "Bluecrest Software", "start": "2016-10", "end": "2019-09"}],
    [
        {"title": "Team Lead", "company": "Tallowmere Health", "start": "2016-06", "end": "2019-05"},
        {"title": "Trainee", "company": "Tallowmere Health", "start": "2014-09", "end": "2016-05"},
    ],
    [],
)

STARTED = ("2019-10", "2020-02", "2020-09", "2021-04", "2022-01", "2022-11", "2023-06", "2024-03")

EDUCATION: tuple[list[dict[str, str]], ...] = tuple(
    [{"institution": school, "degree": degree, "start": str(year), "end": str(year + 4)}]
    for school, year in (
        ("Fernhollow College", 2008),
        ("University of Oakhaven", 2010),
        ("Larkspur Institute", 2006),
    )
    for degree in ("BA, Economics", "BSc, Computer Science", "BBA, Marketing", "MSc, Industrial Engineering")
)

SKILLS = (
    ["Negotiation", "Forecasting", "CRM"],
    ["Campaign planning", "Copywriting", "Analytics"],
    ["Python", "Distributed systems", "Code review"],
    ["Budgeting", "Financial modelling", "Reporting"],
    ["Process design", "Supplier management", "Lean"],
    ["Hiring", "Coaching", "Employment law"],
    ["Onboarding", "Account planning", "Presentation"],
)

CERTIFICATIONS = (["Project Management Certificate"], ["Certified Scrum Trainer"], ["Lean Green Belt"])
LANGUAGES = (["English"], ["English", "Spanish"], ["English", "Dutch"], ["English", "French", "German"])
CARRIERS = ("Harbor Mobile", "Prairie Wireless", "Summit Telecom", "Lakeline")
PERSONAL_MAIL_HOSTS = ("mailbox.example", "homepost.example", "letterbox.example")

FAILURES = (
    "Provider error: upstream timed out",
    "Provider error: upstream answered in an unknown format",
    "Provider error: upstream quota reached",
)

Record = dict[str, Any]
