"""The headers of every export people upload, each with the field it must feed or that it must feed nothing.

    python -m tests.unit.intake.golden_headers

prints how many of them are recognised rightly, wrongly and not at all. Where several headers feed a field,
the best comes first, and that order has to be kept too. What must feed nothing holds what tempts most: a
company's phone, its page on LinkedIn, somebody else's name.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cleanlist_core.domain import FIELDS
from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import read_table

NOTHING = ""


def _split(text: str) -> tuple[str, ...]:
    """Headers between bars."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


@dataclass(frozen=True)
class Export:
    """One kind of file. fields: field → its headers, best first. nothing: headers that feed no field.

    source: what it has to be recognised as, "" for none. values: header → what stands below it, where that
    matters, such as a question about the company in an event's form.
    """

    name: str
    source: str
    fields: Mapping[str, str]
    nothing: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, str]:
        """Header → the field it must feed, NOTHING for none, in the order of a usual file."""
        fed = {header: name for name, headers in self.fields.items() for header in _split(headers)}
        return fed | dict.fromkeys(_split(self.nothing), NOTHING)


EXPORTS = (
    Export(
        "LinkedIn connections",
        "linkedin_connections",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "linkedin_url": "URL",
            "email": "Email Address",
            "company_name": "Company",
            "title": "Position",
        },
        "Connected On",
    ),
    Export(
        "LinkedIn connections of older archives",
        "linkedin_connections",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email Address",
            "company_name": "Company",
            "title": "Position",
        },
        "Connected On",
    ),
    Export(
        "PhantomBuster search export",
        "phantombuster",
        {
            "linkedin_url": "defaultProfileUrl | linkedInProfileUrl | profileUrl",
            "full_name": "fullName | name",
            "first_name": "firstName",
            "last_name": "lastName",
            "company_name": "companyName",
            "title": "title",
            "location": "location",
        },
        "companyId | companyUrl | regularCompanyUrl | summary | titleDescription | industry | companyLocation"
        " | durationInRole | durationInCompany | pastExperienceCompanyName | pastExperienceCompanyUrl"
        " | pastExperienceCompanyTitle | pastExperienceDate | pastExperienceDuration | connectionDegree"
        " | profileImageUrl | sharedConnectionsCount | vmid | isPremium | isOpenLink | query | timestamp",
        {
            "companyUrl": "https://www.linkedin.com/sales/company/1001",
            "regularCompanyUrl": "https://www.linkedin.com/company/1001",
            "pastExperienceCompanyUrl": "https://www.linkedin.com/company/9",
            "query": "https://www.linkedin.com/sales/search/people?x=1",
            "profileImageUrl": "https://media.example/image.png",
            "vmid": "ACwAAB0xYz0QrStUvWx-0_abcdefghij",
        },
    ),
    Export(
        "Evaboot",
        "evaboot",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "full_name": "Full Name",
            "email": "Email",
            "title": "Current Job | Profile Headline",
            "linkedin_url": "Linkedin URL Public | Linkedin URL Unique ID | Sales Navigator URL",
            "company_name": "Company Name",
            "company_domain": "Company Domain | Company Website URL",
        },
        "Email Status | Company Linkedin URL Unique ID | Company Location | Years in Position"
        " | Matches Filters | No Match Reasons | Current Jobs Number",
        {"Company Linkedin URL Unique ID": "https://www.linkedin.com/company/300"},
    ),
    Export(
        "Wiza",
        "",
        {
            "first_name": "first_name",
            "last_name": "last_name",
            "full_name": "full_name",
            "title": "title",
            "company_name": "company",
            "company_domain": "domain",
            "linkedin_url": "linkedin",
            "location": "location",
        },
    ),
    Export(
        "Apollo",
        "apollo",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company | Company Name for Emails",
            "email": "Email",
            "phone": "Mobile Phone | Work Direct Phone | First Phone | Other Phone | Home Phone",
            "linkedin_url": "Person Linkedin Url",
            "company_domain": "Website",
            "location": "City | State | Country",
        },
        "Email Status | Email Confidence | Seniority | Departments | Contact Owner | Corporate Phone | Stage"
        " | Lists | # Employees | Industry | Keywords | Company Linkedin Url | Company City | Company Phone"
        " | Apollo Contact Id | Apollo Account Id",
    ),
    Export(
        "Apollo, newer",
        "apollo",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company Name | Company Name for Emails",
            "email": "Email | Secondary Email | Tertiary Email",
            "phone": "Mobile Phone | Work Direct Phone",
            "linkedin_url": "Person Linkedin Url",
            "company_domain": "Website",
        },
        "Email Status | Primary Email Source | Primary Email Catch-all Status | Company Linkedin Url",
    ),
    Export(
        "ZoomInfo",
        "zoominfo",
        {
            "last_name": "Last Name",
            "first_name": "First Name",
            "title": "Job Title",
            "phone": "Mobile phone | Direct Phone Number",
            "email": "Email Address",
            "company_domain": "Website | Email Domain",
            "linkedin_url": "LinkedIn Contact Profile URL",
            "company_name": "Company Name",
            "location": "Person City | Person State | Country",
        },
        "ZoomInfo Contact ID | Middle Name | Salutation | Suffix | Job Title Hierarchy Level"
        " | Management Level | Department | Previous Company Name | Previous Company LinkedIn Profile"
        " | Contact Accuracy Score"
        " | Contact Accuracy Grade | ZoomInfo Contact Profile URL | Person Street | Person Zip Code"
        " | ZoomInfo Company ID | Company HQ Phone | Revenue (in 000s USD) | Employees",
        {
            "Salutation": "Mr.",
            "Suffix": "Jr.",
            "ZoomInfo Contact Profile URL": "https://app.zoominfo.com/p/1",
        },
    ),
    Export(
        "Lusha",
        "lusha",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Job Title",
            "linkedin_url": "LinkedIn URL",
            "email": "Work Email | Direct Email | Additional Email 1 | Additional Email 2",
            "phone": "Phone 1 | Phone 2",
            "company_name": "Company Name",
            "company_domain": "Company Domain | Company Website",
            "location": "City | State | Country",
        },
        "Work Email Confidence | Direct Email Confidence | Additional Email 1 Confidence | Phone 1 Type"
        " | Phone 2 Type",
    ),
    Export(
        "Seamless.AI",
        "seamless",
        {
            "full_name": "Contact Full Name",
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company Name - Cleaned | Company Name",
            "company_domain": "Website",
            "email": "Primary Email | Email 1",
            "phone": "Contact Mobile Phone | Contact Phone 1",
            "linkedin_url": "Contact LI Profile URL",
            "location": "Contact Location",
        },
        "Middle Name | Email 1 Validation | Company LI Profile Url | Contact City | Contact State"
        " | Contact Country",
        {"Company LI Profile Url": "https://www.linkedin.com/company/blue-otter"},
    ),
    Export(
        "RocketReach",
        "rocketreach",
        {
            "full_name": "Name",
            "email": "Recommended Work Email | Recommended Email | Recommended Personal Email",
            "company_name": "Employer",
            "company_domain": "Employer Website",
            "linkedin_url": "LinkedIn | Input - LinkedIn URL",
            "title": "Title",
            "location": "Location",
        },
        "Employer LinkedIn | Input - Current Title | Input - Company LinkedIn URL",
    ),
    Export(
        "Cognism",
        "",
        {"full_name": "Person Full Name", "company_name": "Company", "email": "Work Email"},
    ),
    Export(
        "HubSpot, older",
        "hubspot",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "phone": "Mobile Phone Number | Phone Number",
            "title": "Job Title",
            "company_name": "Company Name | Associated Company",
            "company_domain": "Website URL",
            "linkedin_url": "LinkedIn URL",
            "location": "City | State/Region | Country/Region",
        },
        "Record ID | Contact owner | Lead Status | Lifecycle Stage | Create Date",
    ),
    Export(
        "HubSpot, newer",
        "hubspot",
        {
            "first_name": "First name",
            "last_name": "Last name",
            "email": "Email",
            "phone": "Mobile phone number | Phone number",
            "title": "Job title",
            "company_name": "Company name | Associated company",
            "company_domain": "Company Domain Name | Website URL",
            "linkedin_url": "hs_linkedin_url",
            "location": "City | State/Region | Country/Region",
        },
        "Record ID | Contact owner | Lead status | Lifecycle stage | Create date",
    ),
    Export(
        "Salesforce report of leads and contacts",
        "salesforce",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "full_name": "Full Name",
            "title": "Title",
            "company_name": "Company / Account",
            "email": "Email",
            "phone": "Mobile | Phone",
            "company_domain": "Website",
            "location": "Mailing City | Mailing State/Province | Mailing Country",
        },
        "Lead ID | Contact ID | Account ID | Lead Owner | Lead Source | Email Opt Out",
    ),
    Export(
        "Salesforce report of contacts",
        "salesforce",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Account Name",
            "email": "Email",
            "phone": "Mobile Phone | Phone",
            "location": "Mailing City",
        },
        "Contact ID | Account ID | Lead Source | Email Opt Out",
    ),
    Export(
        "Salesforce over the API",
        "salesforce",
        {
            "first_name": "FirstName",
            "last_name": "LastName",
            "full_name": "Name",
            "title": "Title",
            "company_name": "Account.Name | Company",
            "email": "Email",
            "phone": "MobilePhone | Phone",
        },
        "Id",
    ),
    Export(
        "Pipedrive people",
        "pipedrive",
        {
            "full_name": "Person - Name",
            "first_name": "Person - First name",
            "last_name": "Person - Last name",
            "company_name": "Person - Organization",
            "email": "Person - Email - Work | Person - Email - Home | Person - Email - Other"
            " | Person - Email",
            "phone": "Person - Phone - Mobile | Person - Phone - Work | Person - Phone - Home",
            "title": "Person - Title",
            "linkedin_url": "Person - LinkedIn Page",
            "company_domain": "Person - Website",
            "location": "Person - City",
        },
        "Person - ID",
    ),
    Export(
        "Zoho leads",
        "zoho",
        {
            "company_name": "Company",
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "email": "Email | Secondary Email",
            "phone": "Mobile | Phone",
            "company_domain": "Website",
            "location": "City | State | Country",
        },
        "Record Id | Lead Owner.id | Lead Owner | Is Converted | Lead Source | Lead Status | Fax",
    ),
    Export(
        "Zoho contacts",
        "zoho",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "company_name": "Account Name",
            "email": "Email",
            "phone": "Mobile | Phone",
            "location": "Mailing City",
        },
        "Record Id | Contact Owner.id | Contact Owner",
    ),
    Export(
        "Attio people",
        "attio",
        {
            "full_name": "Name",
            "email": "Email addresses",
            "company_name": "Company",
            "title": "Job title",
            "phone": "Phone numbers",
            "location": "Primary location",
            "linkedin_url": "LinkedIn",
        },
        "Record ID",
    ),
    Export(
        "Google contacts",
        "google_contacts",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "company_name": "Organization Name",
            "title": "Organization Title",
            "email": "E-mail 1 - Value | E-mail 2 - Value",
            "phone": "Phone 1 - Value | Phone 2 - Value",
            "location": "Address 1 - City | Address 1 - Region | Address 1 - Country",
            "company_domain": "Website 1 - Value",
        },
        "Middle Name | Phonetic First Name | Phonetic Middle Name | Phonetic Last Name | Name Prefix"
        " | Name Suffix | Nickname | File As | Organization Department | Birthday | Notes | Photo | Labels"
        " | E-mail 1 - Label | E-mail 2 - Label | Phone 1 - Label | Phone 2 - Label",
        {"Name Prefix": "Dr.", "Name Suffix": "Jr."},
    ),
    Export(
        "Google contacts, older",
        "google_contacts",
        {
            "full_name": "Name",
            "first_name": "Given Name",
            "last_name": "Family Name",
            "email": "E-mail 1 - Value",
            "phone": "Phone 1 - Value",
            "company_name": "Organization 1 - Name",
            "title": "Organization 1 - Title",
        },
        "Additional Name | E-mail 1 - Type | Phone 1 - Type",
    ),
    Export(
        "Outlook contacts",
        "outlook",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "E-mail Address | E-mail 2 Address | E-mail 3 Address",
            "phone": "Mobile Phone | Business Phone | Business Phone 2 | Home Phone",
            "title": "Job Title",
            "company_name": "Company",
            "location": "Business City | Business State | Business Country/Region",
            "company_domain": "Web Page",
        },
        "Middle Name | Title | Suffix | Nickname | Given Yomi | Surname Yomi | Department | Business Street"
        " | E-mail Type | E-mail Display Name | Business Fax | Assistant's Name | Manager's Name",
        {"Title": "Mr.", "Suffix": "Jr."},
    ),
    Export(
        "Luma guests",
        "luma",
        {
            "full_name": "name",
            "first_name": "first_name",
            "last_name": "last_name",
            "email": "email",
            "phone": "phone_number",
            "company_name": "What's your company?",
            "title": "What is your job title?",
            "linkedin_url": "What is your LinkedIn profile?",
        },
        "api_id | created_at | approval_status | checked_in_at | custom_source | qr_code_url | amount"
        " | amount_tax | amount_discount | currency | coupon_code | eth_address | solana_address"
        " | survey_response_rating | survey_response_feedback | ticket_type_id | ticket_name",
        {"qr_code_url": "https://lu.ma/check-in/evt-x?pk=g0"},
    ),
    Export(
        "Luma guests, with another id and question",
        "luma",
        {
            "full_name": "name",
            "email": "email",
            "company_name": "What organisation are you affiliated with?",
        },
        "guest_id | approval_status | ticket_name",
    ),
    Export(
        "Eventbrite attendees",
        "eventbrite",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "location": "Home City | Home Country",
            "title": "Job Title",
            "company_name": "Company",
            "phone": "Cell Phone",
        },
        "Order # | Order Date | Quantity | Price Tier | Ticket Type | Attendee # | Group | Order Type"
        " | Currency | Total Paid | Attendee Status",
    ),
    Export(
        "Eventbrite attendees by surname",
        "eventbrite",
        {"first_name": "First Name", "last_name": "Surname", "email": "Email", "company_name": "Company"},
        "Order # | Ticket Type | Attendee # | Attendee Status",
    ),
    Export(
        "Zoom webinar",
        "zoom_webinar",
        {
            "full_name": "User Name (Original Name)",
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "phone": "Phone",
            "location": "Country/Region Name",
        },
        "Attended | Registration Time | Approval Status | Join Time | Leave Time | Time in Session (minutes)"
        " | Is Guest",
    ),
    Export(
        "Badge scan",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company",
            "email": "Email",
            "phone": "Phone",
            "location": "City",
        },
        "Badge ID | Scan Date | Rating | Notes",
    ),
)

OTHER_EXPORTS = (
    Export(
        "Kaspr",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "linkedin_url": "LinkedIn",
            "title": "Job Title",
            "company_name": "Company name",
            "company_domain": "Company website",
            "email": "Work email 1 | Direct email 1",
            "phone": "Phone 1 | Phone 2",
            "location": "Location",
        },
        "Company LinkedIn | Company size | Status",
    ),
    Export(
        "Snov.io",
        "",
        {
            "full_name": "Full name",
            "first_name": "First name",
            "last_name": "Last name",
            "email": "Email",
            "title": "Position",
            "company_name": "Company name",
            "linkedin_url": "Social url",
            "location": "Location",
            "company_domain": "Company url",
        },
        "Email status | Company size | Company social url | Industry | Source",
        {"Company social url": "https://www.linkedin.com/company/x"},
    ),
    Export(
        "Hunter",
        "",
        {
            "email": "Email address",
            "first_name": "First name",
            "last_name": "Last name",
            "title": "Position",
            "company_name": "Company",
            "company_domain": "Domain name",
            "linkedin_url": "LinkedIn URL",
            "phone": "Phone number",
        },
        "Confidence score | Type | Number of sources | Twitter handle | Department | Pattern"
        " | Verification status",
    ),
    Export(
        "Clay",
        "",
        {
            "full_name": "Full Name",
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Job Title",
            "location": "Location",
            "company_domain": "Company Domain",
            "company_name": "Company Name",
            "linkedin_url": "LinkedIn Profile",
            "email": "Work Email",
        },
        "Find people | Enrich person | Company Table Data | Mobile Phone Status",
    ),
    Export(
        "LeadIQ",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company",
            "email": "Work Email 1 | Personal Email 1",
            "phone": "Work Mobile | Work Direct",
            "linkedin_url": "LinkedIn Profile URL",
            "company_domain": "Company Domain",
            "location": "City | State | Country",
        },
        "Work Email 1 Status | Company Phone 1 | Company LinkedIn URL | Company Country |"
        " Captured Date | Company HQ City",
    ),
    Export(
        "ContactOut",
        "",
        {
            "full_name": "Name",
            "linkedin_url": "LinkedIn Url",
            "title": "Title",
            "company_name": "Company",
            "company_domain": "Company Domain",
            "email": "Work Email | Personal Email",
            "phone": "Phone",
            "location": "Location",
        },
        "Industry | Headcount | Company LinkedIn",
    ),
    Export(
        "lemlist",
        "",
        {
            "email": "email",
            "first_name": "firstName",
            "last_name": "lastName",
            "company_name": "companyName",
            "phone": "phone",
            "linkedin_url": "linkedinUrl",
            "title": "jobTitle",
            "company_domain": "companyDomain",
        },
        "picture | icebreaker | emailStatus | lastState | campaignName",
    ),
    Export(
        "Outreach",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company",
            "email": "Email",
            "phone": "Mobile Phone | Work Phone",
            "linkedin_url": "LinkedIn URL",
            "location": "City",
        },
        "Owner | Stage | Tags | Sequence Name | Last Contacted | Account Owner | Custom 1",
    ),
    Export(
        "Copper",
        "",
        {
            "full_name": "Full Name",
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "company_name": "Company",
            "email": "Work Email",
            "phone": "Mobile Phone | Work Phone",
            "linkedin_url": "LinkedIn",
            "company_domain": "Website",
            "location": "City | State | Country",
        },
        "Prefix | Middle Name | Suffix | Copper ID | Owner | Twitter | Facebook | Home Fax",
    ),
    Export(
        "Freshsales",
        "",
        {
            "first_name": "First name",
            "last_name": "Last name",
            "title": "Job title",
            "email": "Emails",
            "phone": "Mobile",
            "linkedin_url": "LinkedIn",
            "location": "City | State | Country",
        },
        "Accounts | Work | Sales owner | Subscription status | Lifecycle stage | Facebook |"
        " Twitter | Last seen",
    ),
    Export(
        "Salesloft",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "email": "Email Address",
            "phone": "Mobile Phone | Phone",
            "linkedin_url": "LinkedIn URL",
            "company_name": "Company",
            "company_domain": "Company Website",
            "location": "City | State | Country",
        },
        "Person Stage | Owner Name | Account Tier | Personal Website | Work Country",
    ),
    Export(
        "GoToWebinar",
        "gotowebinar",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email Address",
            "phone": "Phone",
            "company_name": "Organization",
            "title": "Job Title",
            "location": "City | State/Province | Country/Region",
        },
        "Attended | Registration Date/Time | Join Time | Leave Time | Time in Session"
        " (minutes) | Unsubscribed | Interest Rating",
    ),
    Export(
        "ON24",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "company_name": "Company",
            "title": "Job Title",
            "phone": "Work Phone",
            "location": "City | State/Region | Country",
        },
        "Registration Date | Engagement Score | Live Minutes | Partner Ref | Opted-Out"
        " (Event) | Company Size",
    ),
    Export(
        "Cvent",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "company_name": "Company Name",
            "title": "Title",
            "email": "Email Address",
            "phone": "Mobile Phone | Work Phone",
            "location": "Work City | Work State/Province | Work Country",
        },
        "Middle Name | Prefix | Confirmation Number | Registration Type | Invitee Status | CC"
        " Email Address | Work Address 1 | Work Fax",
    ),
    Export(
        "Mailchimp",
        "",
        {
            "email": "Email Address",
            "first_name": "First Name",
            "last_name": "Last Name",
            "phone": "Phone Number",
            "company_name": "Company",
            "location": "REGION",
        },
        "Address | Birthday | MEMBER_RATING | OPTIN_TIME | CONFIRM_IP | LATITUDE | CC | TAGS",
    ),
    Export(
        "Dynamics 365",
        "",
        {
            "full_name": "Full Name",
            "email": "Email",
            "company_name": "Company Name",
            "phone": "Mobile Phone | Business Phone",
            "title": "Job Title",
            "location": "Address 1: City",
        },
        "(Do Not Modify) Contact | (Do Not Modify) Row Checksum | Status | Owner | Manager",
    ),
    Export(
        "Profiles of a code host",
        "",
        {
            "full_name": "name",
            "email": "email",
            "company_name": "company",
            "location": "location",
        },
        "login | bio | blog | followers | twitter_username",
    ),
    Export(
        "SurveyMonkey",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email Address",
            "company_name": "Company name",
        },
        "Respondent ID | Collector ID | Start Date | IP Address | Custom Data 1",
    ),
    Export(
        "Typeform",
        "",
        {
            "full_name": "What's your full name?",
            "email": "What's your work email?",
            "company_name": "What company do you work for?",
            "phone": "What's your phone number?",
        },
        "# | Submit Date (UTC) | Network ID | How did you hear about us?",
    ),
    Export(
        "Calendly",
        "calendly",
        {
            "full_name": "Invitee Name",
            "first_name": "Invitee First Name",
            "last_name": "Invitee Last Name",
            "email": "Invitee Email",
        },
        "User Name | User Email | Event Type Name | Canceled By | Guest Email(s) | Invitee Time Zone",
    ),
    Export(
        "Google Form",
        "",
        {
            "full_name": "Your name",
            "email": "Email Address",
            "company_name": "Company / Organisation",
            "title": "Role",
        },
        "Timestamp | Comments",
    ),
    Export(
        "Dropcontact",
        "",
        {
            "first_name": "first_name",
            "last_name": "last_name",
            "full_name": "full_name",
            "email": "email",
            "company_name": "company",
            "company_domain": "website",
            "linkedin_url": "linkedin",
            "title": "job",
            "phone": "mobile_phone | phone",
        },
        "civility | email@qualification | company_linkedin | siren | nb_employees | naf5_des",
    ),
    Export(
        "UpLead",
        "",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Title",
            "email": "Email",
            "company_name": "Company Name",
            "company_domain": "Domain",
            "linkedin_url": "Contact LinkedIn Url",
            "phone": "Mobile Direct Dial | Phone Number",
            "location": "City | State | Country",
        },
        "Email Status | Company LinkedIn | Corporate Phone | Management Level | Employees | Company City",
    ),
    Export(
        "Waalaxy",
        "",
        {
            "first_name": "firstName",
            "last_name": "lastName",
            "title": "occupation",
            "company_name": "company_name",
            "company_domain": "company_website",
            "linkedin_url": "profile_url",
            "email": "professional_email",
            "phone": "phoneNumbers",
            "location": "location",
        },
        "status | company_linkedinUrl | prospect_list | latest_reply",
    ),
)
"""Kinds of files written down from memory: nobody has compared their headers with files of these programs."""

ALL_EXPORTS = (*EXPORTS, *OTHER_EXPORTS)

ALIASES: Mapping[str, str] = {
    "first_name": "first name | firstname | fname | first | given name | forename | prénom | vorname | nombre"
    " | nome | voornaam",
    "last_name": "last name | lastname | lname | last | surname | family name | nom | nachname | apellido"
    " | apellidos | cognome | sobrenome | achternaam",
    "full_name": "full name | fullname | name | contact | contact name | attendee | attendee name"
    " | person name | prospect | lead name | speaker | nom complet | nombre completo"
    " | nome completo | vollständiger name | volledige naam | Last Name, First Name | Nachname, Vorname"
    " | Name, Vorname | Name (Last, First) | Vorname Nachname | First and last name | Nom, Prénom"
    " | Apellidos, Nombre | Cognome e Nome | Nome / Sobrenome | Achternaam, voornaam",
    "company_name": "company | company name | account | account name | company account | organization"
    " | organisation | organization name | organisation name | employer | current company | firm | business"
    " | société | firma | unternehmen | empresa | azienda | bedrijf",
    "company_domain": "domain | company domain | website | company website | company url | web | url"
    " | homepage | site web | website url | email domain | employer website",
    "linkedin_url": "linkedin | linkedin url | linkedin profile | linkedin profile url | person linkedin url"
    " | li url | profile url | profile link | contact linkedin | linkedin link"
    " | linkedin contact profile url",
    "email": "email | e-mail | email address | work email | business email | primary email | correo"
    " | courriel | mail | e-mail-adresse | correo electrónico | indirizzo email | e-mailadres",
    "phone": "phone | phone number | mobile | mobile phone | cell | direct phone | direct dial | work phone"
    " | telephone | tel | téléphone | telefon | teléfono | telefono | telefone | telefoon",
    "title": "title | job title | position | role | job | designation | headline | current job | poste"
    " | cargo | funktion | puesto | ruolo | functie",
    "location": "location | city | geography | region | country | state",
}
"""Field → headers that mean it in any file, whatever program wrote it."""

_LIKE = {
    "first_name": ("Mara", "Jon", "Ilse"),
    "last_name": ("Quill", "Haugen", "Varga"),
    "full_name": ("Mara Quill", "Jon Haugen", "Ilse Varga"),
    "company_name": ("Northlantern Robotics", "Tidewick", "Solvane SAS"),
    "company_domain": ("northlantern.example", "https://www.tidewick.example/", "solvane.example"),
    "linkedin_url": tuple(f"https://www.linkedin.com/in/{name}" for name in ("mara-q", "jon-h", "ilse-v")),
    "email": ("mara.quill@northlantern.example", "jon@tidewick.example", "ilse.varga@solvane.example"),
    "phone": ("+1 212-555-0143", "+1 312-555-0171", "+1 415-555-0108"),
    "title": ("Head of Sales", "Buyer", "Data Engineer"),
    "location": ("Leeds", "Lyon", "Austin"),
}
_TEMPTING = (
    (r"linkedin|li profile", ("https://www.linkedin.com/company/blue-otter",) * 3),
    (r"phone$|fax", _LIKE["phone"]),
    (r"status|source|validation|confidence|label|type|opt", ("Verified", "Guessed", "work")),
    (r"email|e-mail", ("Verified", "Guessed", "Unknown")),
    (r"company|industr", ("Foregone Industries", "Bygone GmbH", "Lapsed Ltd")),
    (r"city|state|country|location|street", _LIKE["location"]),
    (r"title", _LIKE["title"]),
    (r"name|owner|file as|yomi|group", ("Sam Ownerson", "Kim Keeper", "Sam Ownerson")),
    (r"id$|#|number|amount|employees", ("415555010101", "415555010102", "415555010103")),
)


def _values(header: str, name: str, export: Export) -> tuple[str, ...]:
    if header in export.values:
        return (export.values[header],) * 3
    if name:
        return _LIKE[name]
    tempting = (values for pattern, values in _TEMPTING if re.search(pattern, header, re.IGNORECASE))
    return next(tempting, ("some text", "other text", "more"))


@dataclass(frozen=True)
class Verdict:
    """What one header was taken for. wrong: it feeds what it must not, or not in its turn."""

    export: str
    header: str
    expected: str
    found: str

    @property
    def right(self) -> bool:
        return self.expected == self.found

    @property
    def wrong(self) -> bool:
        return bool(self.found) and not self.right


def judge(export: Export, *, backwards: bool = False) -> tuple[str, list[Verdict]]:
    """What the export was recognised as, and a verdict per header.

    Turns count: the second header of a field is right as `email 2`, and no other way.
    backwards: the columns stand in the opposite order.
    """
    expected = export.expected
    if backwards:
        expected = dict(reversed(expected.items()))
    columns = [_values(header, name, export) for header, name in expected.items()]
    file = io.StringIO(newline="")
    csv.writer(file).writerows([tuple(expected), *zip(*columns, strict=True)])
    table = read_table(file.getvalue().encode(), "people.csv")
    mapping = recognise(table)
    wanted = dict(_turns(export.fields))
    found = {
        table.columns[position]: _turn(name, turn)
        for name, positions in mapping.columns.items()
        for turn, position in enumerate(positions)
    }
    verdicts = [
        Verdict(export.name, header, wanted.get(header, NOTHING), found.get(header, NOTHING))
        for header in expected
    ]
    return mapping.source, verdicts


def _turns(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, headers in fields.items():
        for turn, header in enumerate(_split(headers)):
            yield header, _turn(name, turn)


def _turn(name: str, turn: int) -> str:
    return f"{name} {turn + 1}" if turn else name


def judge_alias(name: str, alias: str) -> Verdict:
    """What a header of no particular export is taken for, beside columns that make the file usable."""
    beside = {"linkedin_url": "LinkedIn", "full_name": "Full name", "company_name": "Company"}
    beside |= {"email": "Email", "last_name": "Last name", "first_name": "First name"}
    related = {name} | ({"full_name", "first_name", "last_name"} if name.endswith("name") else set())
    related |= {"company_name"} if name == "company_name" else set()
    if name in ("first_name", "last_name"):
        related -= {"first_name", "last_name"} - {name}
    fields = {name: alias} | {one: header for one, header in beside.items() if one not in related}
    export = Export("any file", "", fields)
    try:
        _, verdicts = judge(export)
    except IntakeError:
        return Verdict(export.name, alias, name, NOTHING)
    return next(verdict for verdict in verdicts if verdict.header == alias)


def all_verdicts() -> list[Verdict]:
    known = [verdict for export in ALL_EXPORTS for verdict in judge(export)[1]]
    return known + [judge_alias(name, alias) for name in FIELDS for alias in _split(ALIASES[name])]


def main() -> None:
    verdicts = all_verdicts()
    write = sys.stdout.write
    for verdict in verdicts:
        if not verdict.right:
            write(f"{verdict.export}: {verdict.header} must feed {verdict.expected or 'nothing'}, ")
            write(f"feeds {verdict.found or 'nothing'}\n")
    right, wrong = sum(one.right for one in verdicts), sum(one.wrong for one in verdicts)
    fed = [one for one in verdicts if one.expected]
    write(f"{right} of {len(verdicts)} headers right, {wrong} wrong, in {len(ALL_EXPORTS)} kinds of files;\n")
    write(f"{sum(one.right for one in fed)} of {len(fed)} that must feed a field.\n")


if __name__ == "__main__":
    main()
