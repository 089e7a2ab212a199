"""Which column feeds which field, by its header and its values."""

from __future__ import annotations

import csv
import io

import pytest

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.column_names import shown_names
from cleanlist_core.intake.headers import normalise_header
from cleanlist_core.intake.mapping import ColumnMapping, recognise
from cleanlist_core.intake.reading import ReadTable, read_table


def table_of(header: tuple[str, ...], *rows: tuple[str, ...]) -> ReadTable:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([header, *rows])
    return read_table(file.getvalue().encode(), "people.csv")


def headers(table: ReadTable, mapping: ColumnMapping) -> dict[str, str]:
    return {name: table.columns[places[0]] for name, places in mapping.columns.items()}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("First Name", "first name"),
        ("firstName", "first name"),
        ("FIRST_NAME*", "first name"),
        ("\ufeffE-mail Address", "e mail address"),
        ("LinkedIn URL", "linkedin url"),
        ("linkedInProfileUrl", "linkedin profile url"),
        ("Prénom", "prenom"),
        ("Straße", "strasse"),
        ("# Employees", "employees"),
        ("User Name (Original Name)", "user name original name"),
    ],
)
def test_headers_in_plain_form(written: str, plain: str) -> None:
    assert normalise_header(written) == plain
    assert normalise_header(plain) == plain


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(("First name", "Surname", "Organisation", "E-mail", "Mobile"), id="English"),
        pytest.param(("Vorname", "Nachname", "Unternehmen", "E-Mail-Adresse", "Handy"), id="German"),
        pytest.param(("Prénom", "Nom", "Société", "Courriel", "Téléphone"), id="French"),
        pytest.param(("Nombre", "Apellidos", "Empresa", "Correo electrónico", "Teléfono"), id="Spanish"),
        pytest.param(("Nome", "Cognome", "Azienda", "Indirizzo e-mail", "Cellulare"), id="Italian"),
        pytest.param(("Nome", "Sobrenome", "Empresa", "E-mail", "Telefone"), id="Portuguese"),
        pytest.param(("Voornaam", "Achternaam", "Bedrijf", "E-mailadres", "Telefoonnummer"), id="Dutch"),
        pytest.param(
            ("contact_first_name", "Lead Last Name", "Account", "Work E-Mail", "Direct Dial"), id="prefixes"
        ),
    ],
)
def test_languages(header: tuple[str, ...]) -> None:
    table = table_of(header, ("Jane", "Doe", "Acme", "jane@acme.example", "+1 212-555-0100"))
    fields = ("first_name", "last_name", "company_name", "email", "phone")
    assert headers(table, recognise(table)) == dict(zip(fields, header, strict=True))


@pytest.mark.parametrize(
    "tempting",
    [
        "Previous Company", "Company LinkedIn URL", "Company Phone", "Fax", "Email Status", "Contact Owner",
        "Phonetic First Name", "Assistant's Name", "Manager's Name", "Middle Name", "Nickname", "File As",
        "Event Name", "Company HQ Phone", "Email Confidence", "Email Opt Out", "Past Company",
        "Phone 1 - Label", "E-mail 1 - Label", "Former Employer",
    ],
)  # fmt: skip
def test_tempting_headers_are_refused_with_a_reason(tempting: str) -> None:
    table = table_of((tempting, "First Name", "Last Name", "Company"), ("Bob Roe", "Jane", "Doe", "Acme"))
    mapping = recognise(table)
    assert 0 in mapping.refused
    assert all(0 not in places for places in mapping.columns.values())


def test_values_decide_what_a_bare_url_is() -> None:
    profiles = table_of(("Name", "URL"), ("Jane Doe", "https://www.linkedin.com/in/jane-doe"))
    websites = table_of(("Name", "URL"), ("Jane Doe", "https://acme.example"))
    assert headers(profiles, recognise(profiles))["linkedin_url"] == "URL"
    assert headers(websites, recognise(websites))["company_domain"] == "URL"


def test_a_column_of_company_pages_is_no_profile() -> None:
    table = table_of(
        ("First Name", "Last Name", "Company", "LinkedIn URL"),
        ("Jane", "Doe", "Acme", "https://www.linkedin.com/company/acme"),
    )
    mapping = recognise(table)
    assert "linkedin_url" not in mapping.columns
    assert mapping.refused[3] == "it holds pages on LinkedIn that are not people's"


def test_a_name_can_be_a_company() -> None:
    table = table_of(("Name", "Domain", "Industry"), ("Acme Tools", "acme.example", "Tools"))
    with pytest.raises(IntakeError) as caught:
        recognise(table)
    assert caught.value.code == "companies_only"


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        (("First Name", "Last Name"), ("Jane", "Doe"), "no column with the company"),
        (("Email", "Notes"), ("a@acme.example", "x"), "under One person"),
        (("First Name", "Company"), ("Jane", "Acme"), "Only one part"),
        (("Colour", "Size"), ("red", "big"), "No column was recognised"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_missing(
    header: tuple[str, ...], row: tuple[str, ...], says: str
) -> None:
    with pytest.raises(IntakeError, match=says) as caught:
        recognise(table_of(header, row))
    assert caught.value.code == "no_usable_column"


def test_a_file_without_names_says_which_columns_look_like_them() -> None:
    people = ("Anna Schmidt", "Peter Krause", "Maria Lang", "Thomas Vogt", "Julia Brandt")
    rows = [(name, f"{place}@tidewick.example", "Nordlicht GmbH") for place, name in enumerate(people)]
    with pytest.raises(IntakeError, match="The values of “Wen anrufen” look like names of people") as caught:
        recognise(table_of(("Wen anrufen", "E-Mail", "Lieferant"), *rows))
    assert "“Lieferant” look" not in caught.value.message


@pytest.mark.parametrize(
    "header",
    ["Kontaktperson", "Ansprechpartner", "Ansprechpartner/in", "Kontakt", "Contact person", "Interlocuteur",
     "Personne de contact", "Persona de contacto", "Referente", "Persona di contatto", "Contactpersoon",
     "Pessoa de contato"],
)  # fmt: skip
def test_whom_to_contact_is_a_name_where_the_values_are_names(header: str) -> None:
    named = table_of((header, "E-Mail"), ("Anna Schmidt", "a.schmidt@tidewick.example"))
    assert headers(named, recognise(named)) == {"full_name": header, "email": "E-Mail"}
    numbers = table_of((header, "E-Mail"), ("0221 / 471100", "a.schmidt@tidewick.example"))
    with pytest.raises(IntakeError, match="no names"):
        recognise(numbers)


def test_a_persons_choice_is_followed() -> None:
    table = table_of(("A", "B", "C"), ("Jane", "Doe", "Acme"))
    mapping = recognise(table, {"first_name": "A", "last_name": "B", "company_name": "C"})
    assert mapping.columns == {"first_name": (0,), "last_name": (1,), "company_name": (2,)}
    assert mapping.why["first_name"] == "You chose “A” for the first name."


def test_a_choice_takes_the_column_from_another_field() -> None:
    table = table_of(("Full Name", "Company", "Website"), ("Jane Doe", "Acme", "acme.example"))
    mapping = recognise(table, {"company_name": "Website", "company_domain": ""})
    assert mapping.columns["company_name"] == (2,)
    assert "company_domain" not in mapping.columns


@pytest.mark.parametrize(
    ("chosen", "code"), [({"first_name": "Nope"}, "unknown_column"), ({"shoe_size": "A"}, "unknown_field")]
)
def test_a_choice_that_cannot_be_followed(chosen: dict[str, str], code: str) -> None:
    table = table_of(("Full Name", "Company"), ("Jane Doe", "Acme"))
    with pytest.raises(IntakeError) as caught:
        recognise(table, chosen)
    assert caught.value.code == code


def test_columns_without_a_name_are_chosen_by_number() -> None:
    table = table_of(("First Name", "Last Name", ""), ("Jane", "Doe", "Acme"))
    assert recognise(table, {"company_name": "Column 3"}).columns["company_name"] == (2,)


def test_columns_of_one_name_are_told_apart_in_what_is_said_of_them() -> None:
    profile = "https://www.linkedin.com/in/mara-quill"
    header = ("Name", "Email", "Profile", "Title", "Company", "Email", "Notes", "Profile")
    row = ("Mara Quill", "m@acme.example", profile, "Buyer", "Acme", "", "", profile)
    assert shown_names(header)[1:4] == ["Email (column 2)", "Profile (column 3)", "Title"]
    why = recognise(table_of(header, row)).why
    assert why["linkedin_url"] == (
        "“Profile” (column 3) is a usual name for the LinkedIn profile."
        " Where it is empty, “Profile” (column 8) is used."
    )
    assert why["title"] == "“Title” is a usual name for the job title."
    chosen = recognise(table_of(header, row), {"linkedin_url": "Column 8"}).why["linkedin_url"]
    assert chosen == "You chose “Profile” (column 8) for the LinkedIn profile."


def test_a_job_title_beats_a_title_which_may_be_a_salutation() -> None:
    table = table_of(("Title", "Job Title", "Full Name", "Company"), ("Dr", "Buyer", "Jane Doe", "Acme"))
    assert headers(table, recognise(table))["title"] == "Job Title"


@pytest.mark.parametrize(("addresses", "used"), [(3, True), (2, False)], ids=["three in ten", "two in ten"])
def test_a_column_of_emails_needs_three_addresses_in_ten(addresses: int, used: bool) -> None:
    emails = [f"jane{number}@acme.example" if number < addresses else "asked for it" for number in range(10)]
    people = [
        (f"Jane{letter}", "Doe", "Acme", email) for letter, email in zip("abcdefghij", emails, strict=True)
    ]
    table = table_of(("First Name", "Last Name", "Company", "Email"), *people)
    assert ("email" in recognise(table).columns) is used


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("What's your full name?", "full_name"),
        ("What's your work email?", "email"),
        ("What is your mobile number?", "phone"),
        ("Your company", "company_name"),
        ("Which organization do you work for?", "company_name"),
    ],
)
def test_questions_of_a_form_are_understood(header: str, field: str) -> None:
    row = {
        "full_name": "Jane Doe",
        "email": "jane@acme.example",
        "phone": "+1 212-555-0143",
        "company_name": "Acme",
    }
    asked = {name: name.replace("_", " ") for name in row} | {field: header}
    table = table_of(tuple(asked.values()), tuple(row.values()))
    assert headers(table, recognise(table))[field] == header


@pytest.mark.parametrize(
    "header", ["What is your manager's email?", "How did you hear of your company?", "Can we call you?"]
)
def test_questions_about_something_else_feed_nothing(header: str) -> None:
    table = table_of((header, "Full name", "Company"), ("a friend", "Jane Doe", "Acme"))
    assert all(0 not in places for places in recognise(table).columns.values())


def test_a_column_whose_values_speak_against_its_name_is_told_and_not_silently_dropped() -> None:
    table = table_of(
        ("Vorname", "Nachname", "Firma", "Telefon", "Mobil"),
        ("Mara", "Quill", "Tidewick", "24.12.2025", "0171/1234567"),
    )
    mapping = recognise(table)
    assert mapping.columns["phone"] == (4,)
    assert mapping.against == {
        3: "“Telefon” is a usual name for the phone, but is not used: its values do not look like a phone"
        " (such as “24.12.2025”)."
    }
    assert recognise(table, {"phone": "Telefon"}).against == {}
    used_otherwise = table_of(("Contact", "Company"), ("jane.doe@acme.example", "Acme"))
    with pytest.raises(IntakeError):
        recognise(used_otherwise)
    named = table_of(("Name", "Contact", "Company"), ("Jane Doe", "jane.doe@acme.example", "Acme"))
    assert recognise(named).against == {}
