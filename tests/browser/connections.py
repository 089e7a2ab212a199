"""A LinkedIn archive of invented people, as LinkedIn gives it: notes on top, hidden members, no emails."""

from __future__ import annotations

import csv
import io

HEADER = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
FIRST = ["Ilse", "Teun", "Mirela", "Jörg", "Aoife", "Bao", "Chidi", "Dagny", "Élodie", "Farid"]
LAST = ["Varga", "Abara", "Osei", "Lindqvist", "Marlowe", "Tran", "Okoro", "Brandvold", "Câmara", "Haddad"]
COMPANY = [
    "Northgate Labs",
    "Quarry Lane, Inc.",
    "Brightforge Tooling",
    "Müller & Söhne GmbH",
    "Harbor “H” Works",
]


def person(number: int) -> list[str]:
    first, last = FIRST[number % 10], LAST[number // 10 % 10]
    slug = f"{first}-{last}-{number}".lower().replace("ö", "oe").replace("é", "e").replace("â", "a")
    return [
        first,
        last,
        f"https://www.linkedin.com/in/{slug}",
        "",
        f"{COMPANY[number % 5]}",
        "Head of Operations" if number % 2 else "Engineer, “tools”",
        f"{number % 28 + 1:02} Mar 2024",
    ]


def connections(people: int) -> list[list[str]]:
    return [person(number) for number in range(people)]


def archive(rows: list[list[str]]) -> bytes:
    """The file with its notes on top."""
    out = io.StringIO()
    out.write("Notes:\r\n")
    out.write('"When exporting your connection data, you may notice that some of the email addresses')
    out.write(' are missing."\r\n\r\n')
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return out.getvalue().encode()
