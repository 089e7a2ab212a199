"""The exports people upload, told by their headers, and what each header means there.

Headers are written here the way `normalise_header` leaves them: lower case, words apart, no accents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def _listed(text: str) -> tuple[str, ...]:
    """Headers written one after the other, with commas between."""
    return tuple(" ".join(header.split()) for header in text.split(","))


ALIASES: Mapping[str, tuple[str, ...]] = {
    "linkedin_url": _listed(
        """
        linkedin url, linkedin, linkedin profile url, linkedin profile, person linkedin url, linkedin public
        url, linkedin url public, contact linkedin url, contact linkedin, linkedin contact profile url,
        linkedin link, linkedin page, li url, li profile url, hs linkedin url, public profile url, default
        profile url, profile url, profile link, url linkedin, perfil linkedin, perfil de linkedin, profil
        linkedin, linkedin profil, lien linkedin, profilo linkedin, linkedin profiel, linkedin bio, linkedin
        member url, linkedin url unique id, sales navigator url, url, link, profile
        """
    ),
    "first_name": _listed(
        """
        first name, firstname, fname, first, given name, given names, forename, contact first name, prenom,
        vorname, nombre, nombres, nome, nome proprio, voornaam, primer nombre, primeiro nome
        """
    ),
    "last_name": _listed(
        """
        last name, lastname, lname, last, surname, family name, contact last name, nom de famille, nom,
        nachname, familienname, zuname, apellido, apellidos, cognome, sobrenome, apelido, achternaam,
        familienaam
        """
    ),
    "full_name": _listed(
        """
        full name, fullname, contact full name, person full name, person name, contact name, attendee name,
        lead name, prospect name, guest name, speaker name, attendee, speaker, prospect, contact, name, nom
        complet, nom et prenom, prenom nom, nombre completo, nombre y apellidos, nome completo, nome e
        cognome, vollstandiger name, vor und nachname, vorname nachname, ansprechpartner, kontakt, contacto,
        contatto, contato, volledige naam, naam, teilnehmer, participant, kontaktperson, ansprechperson,
        ansprechpartnerin, ansprechpartner in, ansprechpartner name, name ansprechpartner, name des
        ansprechpartners, kontaktname, contact person, main contact, primary contact, key contact,
        interlocuteur, interlocutrice, personne de contact, personne a contacter, nom du contact, persona de
        contacto, nombre de contacto, nombre del contacto, interlocutor, persona di contatto, persona di
        riferimento, referente, nome contatto, nome referente, contactpersoon, pessoa de contacto, pessoa de
        contato, nome do contato, nome do contacto
        """
    ),
    "company_domain": _listed(
        """
        company domain, domain, domain name, company website, company website url, company url, website,
        website url, employer website, company domain name, web site, homepage, web page, web, site web,
        site internet, sitio web, pagina web, sito web, sito, webseite, internetseite, firmenwebsite,
        dominio, domaine, domane, site, url, email domain
        """
    ),
    "company_name": _listed(
        """
        company name cleaned, company name, company, current company, current company name, account name,
        account, company account, organization name, organisation name, organization, organisation,
        employer, employer name, associated company, business, business name, firm, company name for emails,
        societe, entreprise, nom de l'entreprise, firma, firmenname, unternehmen, unternehmensname,
        arbeitgeber, empresa, nombre de la empresa, nome da empresa, compania, azienda, societa, ragione
        sociale, nome azienda, organizacion, organizacao, organizzazione, bedrijf, bedrijfsnaam,
        organisatie, werkgever, company organization, company organisation, organization company,
        organisation company, company institution, company or organization, company or organisation
        """
    ),
    "email": _listed(
        """
        work email, business email, recommended work email, company email, professional email, corporate
        email, email, e mail, email address, e mail address, primary email, email work, mail, email
        addresses, e mail 1 value, email 1, recommended email, direct email, user email, contact email,
        correo electronico, correo, courriel, adresse e mail, adresse email, adresse mail, e mail adresse,
        email adresse, mailadresse, indirizzo email, indirizzo e mail, posta elettronica, endereco de email,
        endereco de e mail, e mailadres, emailadres, secondary email, tertiary email, additional email 1,
        email 2, e mail 2 address, e mail 2 value, personal email, home email, recommended personal email
        """
    ),
    "phone": _listed(
        """
        mobile phone, mobile, mobile direct dial, mobile direct, direct mobile, work mobile, mobile phone
        number, mobile number, cell phone, cell, cell number, direct phone number, direct phone, direct
        dial, work direct, work direct phone, contact mobile phone, phone number, phone, first phone, phone
        1, contact phone 1, work phone, business phone, phone numbers, phone work, phone mobile, telephone,
        telephone number, tel, telefon, telefonnummer, handy, handynummer, mobilnummer, mobil, mobiltelefon,
        telefono, movil, celular, cellulare, portable, telefone, telemovel, mobiel, telefoonnummer,
        telefoon, phone 1 value, phone 2, other phone, home phone, phone home
        """
    ),
    "title": _listed(
        """
        job title, current job title, current job, title, position, job position, role, job role, job,
        designation, occupation, job function, poste, fonction, intitule du poste, titre, cargo, puesto,
        ruolo, posizione, qualifica, funktion, berufsbezeichnung, stellenbezeichnung, jobtitel, funcao,
        functie, functietitel, headline, profile headline
        """
    ),
    "location": _listed(
        """
        location, person location, contact location, primary location, geography, ort, standort, ubicacion,
        localizacao, lieu, localisation, luogo, locatie, region
        """
    ),
}
"""Field → headers that mean it in any file, best first."""

LOCATION_PARTS = (
    _listed(
        """
        city, person city, contact city, mailing city, home city, stadt, ville, ciudad, citta, cidade, town,
        plaats, address 1 city, business city, work city
        """
    ),
    _listed(
        """
        state, person state, contact state, mailing state province, state region, state province, province,
        bundesland, address 1 region, business state, work state province, work state
        """
    ),
    _listed(
        """
        country, person country, contact country, mailing country, country region, home country, country
        region name, land, pays, pais, paese, address 1 country, business country region, work country
        """
    ),
)
"""City, state and country columns, joined when there is no single location column."""

PREFIXES = (
    "person", "contact", "lead", "prospect", "attendee", "guest", "input", "participant", "primary",
    "invitee", "registrant", "respondent", "candidate", "applicant", "visitor", "delegate", "your",
)  # fmt: skip
"""First words of a header that say only whose value it is."""

COMPANY_ONLY_WORDS = frozenset(
    _listed(
        """
        annual revenue, booth, booth number, branche, company domain, company domain name, company size,
        company type, domain, employee count, employees, founded, founded year, headquarters, industry,
        mitarbeiter, naics, naics code, number of employees, revenue, sic code, sic codes, stand, total
        funding, umsatz, website
        """
    )
)
"""Headers that describe companies; with nothing about people beside them the file lists companies."""


@dataclass(frozen=True)
class Source:
    """One known export.

    signatures: any one of these sets of headers, all present, names the source.
    fields: field → its headers, best first; () for "never from this source"; fields left out follow ALIASES.
    refused: headers that look right and are not, with the reason.
    """

    key: str
    name: str
    signatures: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


def _any_of(*signatures: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(headers) for headers in signatures)


_NOT_A_JOB = "it holds salutations such as Mr or Dr, not jobs"
_COMPANY_PAGE = "it holds the company's LinkedIn page, not the person's"

SOURCES: tuple[Source, ...] = (
    Source(
        "linkedin_connections", "LinkedIn connections",
        _any_of(("url", "position", "connected on"), ("first name", "last name", "position", "connected on")),
        {"linkedin_url": ("url",), "company_name": ("company",), "title": ("position",),
         "email": ("email address",), "company_domain": ()},
    ),
    Source(
        "phantombuster", "PhantomBuster export",
        _any_of(("profile url", "vmid"), ("default profile url",), ("regular company url",),
                ("linkedin profile url", "past experience company name")),
        {"linkedin_url": ("default profile url", "linkedin profile url", "profile url"),
         "company_domain": ("company website", "company domain"), "full_name": ("full name", "name")},
        {"company url": "it holds a Sales Navigator page, not the company's website",
         "regular company url": "it holds the company's LinkedIn page, not its website",
         "query": "it holds the search, not a person"},
    ),
    Source(
        "evaboot", "Evaboot export",
        _any_of(("linkedin url public",), ("matches filters",), ("current jobs number",)),
        {"linkedin_url": ("linkedin url public", "linkedin url unique id", "sales navigator url"),
         "title": ("current job", "job title", "profile headline"),
         "company_domain": ("company domain", "company website url")},
        {"company linkedin url unique id": _COMPANY_PAGE, "company linkedin url public": _COMPANY_PAGE},
    ),
    Source(
        "apollo", "Apollo export",
        _any_of(("apollo contact id",), ("apollo account id",), ("company name for emails",),
                ("person linkedin url", "company linkedin url")),
        {"linkedin_url": ("person linkedin url",),
         "company_name": ("company name", "company", "company name for emails"),
         "company_domain": ("website",), "email": ("email", "secondary email", "tertiary email"),
         "phone": ("mobile phone", "work direct phone", "first phone", "other phone", "home phone")},
        {"company linkedin url": _COMPANY_PAGE},
    ),
    Source(
        "zoominfo", "ZoomInfo export",
        _any_of(("zoominfo contact id",), ("zoominfo company id",), ("zoominfo contact profile url",),
                ("linkedin contact profile url",)),
        {"linkedin_url": ("linkedin contact profile url",), "company_domain": ("website", "email domain"),
         "email": ("email address",), "phone": ("mobile phone", "direct phone number"),
         "title": ("job title",)},
        {"zoominfo contact profile url": "it holds a ZoomInfo page, not a LinkedIn profile"},
    ),
    Source(
        "seamless", "Seamless.AI export",
        _any_of(("contact li profile url",), ("company li profile url",), ("company name cleaned",)),
        {"linkedin_url": ("contact li profile url",), "full_name": ("contact full name",),
         "company_name": ("company name cleaned", "company name"), "company_domain": ("website",),
         "email": ("primary email", "email 1", "email 2"),
         "phone": ("contact mobile phone", "contact phone 1", "contact phone 2")},
    ),
    Source(
        "rocketreach", "RocketReach export",
        _any_of(("recommended email",), ("recommended work email",),
                ("employer website", "employer linkedin")),
        {"linkedin_url": ("linkedin", "input linkedin url"), "company_name": ("employer",),
         "company_domain": ("employer website",),
         "email": ("recommended work email", "recommended email", "recommended personal email")},
        {"employer linkedin": _COMPANY_PAGE, "input company linkedin url": _COMPANY_PAGE,
         "input current title": "it repeats what was asked, not what was found"},
    ),
    Source(
        "lusha", "Lusha export",
        _any_of(("work email confidence",), ("direct email confidence",), ("phone 1 type", "company domain")),
        {"linkedin_url": ("linkedin url",), "company_domain": ("company domain", "company website"),
         "email": ("work email", "direct email", "additional email 1", "additional email 2"),
         "phone": ("phone 1", "phone 2")},
    ),
    Source(
        "eventbrite", "Eventbrite attendee list",
        _any_of(("order", "attendee"), ("order", "ticket type", "attendee status"),
                ("order date", "ticket type", "attendee status")),
        {"phone": ("cell phone", "work phone", "home phone"), "full_name": ()},
        {"order": "it holds order numbers", "attendee": "it holds attendee numbers, not names"},
    ),
    Source(
        "luma", "Luma guest list",
        _any_of(("api id", "approval status"), ("guest id", "approval status"), ("api id", "ticket name"),
                ("guest id", "ticket name"), ("qr code url", "custom source")),
        {"full_name": ("name",), "phone": ("phone number",)},
        {"qr code url": "it holds ticket codes"},
    ),
    Source(
        "zoom_webinar", "Zoom webinar report",
        _any_of(("user name original name",), ("attended", "join time", "leave time"),
                ("join time", "time in session minutes")),
        {"full_name": ("user name original name", "user name")},
    ),
    Source(
        "gotowebinar", "GoToWebinar report",
        _any_of(("attended", "join time", "leave time", "interest rating"),),
    ),
    Source(
        "calendly", "Calendly export",
        _any_of(("invitee email",), ("invitee name", "event type name")),
        {"email": ("invitee email",), "full_name": ("invitee name",)},
        {"user email": "it is the host's", "guest email": "it is somebody else's",
         "guest email s": "it is somebody else's"},
    ),
    Source(
        "zoho", "Zoho CRM export",
        _any_of(("record id", "lead owner id"), ("record id", "contact owner id"),
                ("lead owner", "is converted")),
        {"company_name": ("company", "account name"), "phone": ("mobile", "phone"),
         "email": ("email", "secondary email")},
    ),
    Source(
        "hubspot", "HubSpot export",
        _any_of(("record id", "lifecycle stage"), ("record id", "contact owner"),
                ("record id", "associated company"), ("record id", "lead status"), ("hs linkedin url",)),
        {"linkedin_url": ("linkedin url", "hs linkedin url"),
         "company_name": ("company name", "associated company"),
         "company_domain": ("company domain name", "website url"),
         "phone": ("mobile phone number", "phone number")},
    ),
    Source(
        "salesforce", "Salesforce report",
        _any_of(("company account",), ("lead id", "lead owner"), ("contact id", "account id"),
                ("contact id", "account name"), ("account name", "mailing city"),
                ("email opt out", "lead source"), ("lead owner", "lead source"),
                ("id", "account name", "mobile phone")),
        {"company_name": ("company account", "account name", "company"),
         "phone": ("mobile phone", "mobile", "phone")},
    ),
    Source(
        "pipedrive", "Pipedrive export",
        _any_of(("person name",), ("person organization",), ("person first name", "person organization")),
        {"full_name": ("person name",), "company_name": ("person organization", "organization name"),
         "email": ("person email work", "person email home", "person email other", "person email"),
         "phone": ("person phone mobile", "person phone work", "person phone", "person phone home"),
         "title": ("person title", "person job title"),
         "linkedin_url": ("person linkedin page", "person linkedin"),
         "company_domain": ("organization website", "person website")},
    ),
    Source(
        "attio", "Attio export",
        _any_of(("record id", "email addresses"), ("email addresses", "primary location")),
        {"full_name": ("name",), "email": ("email addresses",), "phone": ("phone numbers",)},
    ),
    Source(
        "google_contacts", "Google Contacts",
        _any_of(("e mail 1 value",), ("organization title", "labels"), ("organization 1 name",),
                ("phonetic first name", "file as")),
        {"first_name": ("first name", "given name"), "last_name": ("last name", "family name"),
         "full_name": ("name",), "company_name": ("organization name", "organization 1 name"),
         "title": ("organization title", "organization 1 title"),
         "email": ("e mail 1 value", "e mail 2 value", "e mail 3 value"),
         "phone": ("phone 1 value", "phone 2 value"), "company_domain": ("website 1 value",)},
        {"title": _NOT_A_JOB, "name prefix": _NOT_A_JOB},
    ),
    Source(
        "outlook", "Outlook contacts",
        _any_of(("given yomi",), ("e mail 2 address",), ("e mail address", "e mail display name"),
                ("e mail address", "business street"), ("surname yomi",)),
        {"title": ("job title",), "email": ("e mail address", "e mail 2 address", "e mail 3 address"),
         "phone": ("mobile phone", "business phone", "business phone 2", "home phone"),
         "company_domain": ("web page", "business web page")},
        {"title": _NOT_A_JOB},
    ),
)  # fmt: skip


def source_of(headers: frozenset[str]) -> Source | None:
    """The known export these normalised headers belong to: the one whose signature asks for the most."""
    matches = [
        (max((len(signature) for signature in source.signatures if signature <= headers), default=0), source)
        for source in SOURCES
    ]
    best = max(matches, key=lambda match: match[0])
    return best[1] if best[0] else None
