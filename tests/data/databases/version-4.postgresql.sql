CREATE TABLE public.alert (
    key character varying NOT NULL,
    organization_id character varying NOT NULL,
    state character varying NOT NULL,
    tries integer DEFAULT 1 NOT NULL,
    due_at double precision NOT NULL
);
CREATE TABLE public.batch (
    id character varying NOT NULL,
    run_id character varying NOT NULL,
    organization_id character varying NOT NULL,
    number integer NOT NULL,
    enrichment_type character varying NOT NULL,
    size integer NOT NULL,
    row_numbers json NOT NULL,
    at_most integer NOT NULL,
    state character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    sending_at double precision,
    sent_at double precision,
    finished_at double precision,
    workflow_id text DEFAULT ''::text NOT NULL,
    task_ids json,
    due_at double precision,
    looking boolean DEFAULT false NOT NULL,
    polls integer DEFAULT 0 NOT NULL,
    failed_polls integer DEFAULT 0 NOT NULL,
    completed integer DEFAULT 0 NOT NULL,
    emails_so_far integer DEFAULT 0 NOT NULL,
    phones_so_far integer DEFAULT 0 NOT NULL,
    results_via text DEFAULT ''::text NOT NULL,
    settled_credits integer DEFAULT 0 NOT NULL,
    doubtful_credits integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.column_choice (
    organization_id character varying NOT NULL,
    headers character varying NOT NULL,
    chosen json NOT NULL,
    chosen_at double precision NOT NULL,
    list_id text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.contact_list (
    id character varying NOT NULL,
    organization_id character varying NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    file_name text DEFAULT ''::text NOT NULL,
    checksum text DEFAULT ''::text NOT NULL,
    created_at double precision NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    encoding text DEFAULT ''::text NOT NULL,
    delimiter text DEFAULT ''::text NOT NULL,
    header_row integer DEFAULT 0 NOT NULL,
    columns json NOT NULL,
    mapping json NOT NULL,
    notes json NOT NULL,
    reasons json NOT NULL,
    rows integer DEFAULT 0 NOT NULL,
    ready integer DEFAULT 0 NOT NULL,
    invalid integer DEFAULT 0 NOT NULL,
    duplicates integer DEFAULT 0 NOT NULL,
    deleted_at double precision,
    replaced_by text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.credit_reading (
    id integer NOT NULL,
    organization_id character varying NOT NULL,
    balance character varying NOT NULL,
    used_this_month character varying,
    read_at double precision NOT NULL,
    why character varying NOT NULL,
    run_id character varying
);
CREATE SEQUENCE public.credit_reading_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.credit_reading_id_seq OWNED BY public.credit_reading.id;
CREATE TABLE public.event (
    id integer NOT NULL,
    organization_id character varying NOT NULL,
    run_id character varying NOT NULL,
    at double precision NOT NULL,
    kind character varying NOT NULL,
    text text NOT NULL,
    made_by text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.list_cells (
    list_id character varying NOT NULL,
    row_number integer NOT NULL,
    cells text NOT NULL
);
CREATE TABLE public.list_change (
    id integer NOT NULL,
    list_id character varying NOT NULL,
    kind character varying NOT NULL,
    text text NOT NULL,
    rows integer NOT NULL,
    made_at double precision NOT NULL,
    undone_at double precision
);
CREATE SEQUENCE public.list_change_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.list_change_id_seq OWNED BY public.list_change.id;
CREATE TABLE public.list_change_row (
    change_id integer NOT NULL,
    row_number integer NOT NULL,
    before json NOT NULL,
    after json NOT NULL
);
CREATE TABLE public.list_file (
    list_id character varying NOT NULL,
    piece integer NOT NULL,
    packed bytea NOT NULL
);
CREATE TABLE public.list_reading (
    list_id character varying NOT NULL,
    how json NOT NULL
);
CREATE TABLE public.list_row (
    list_id character varying NOT NULL,
    row_number integer NOT NULL,
    line integer DEFAULT 0 NOT NULL,
    linkedin_url text DEFAULT ''::text NOT NULL,
    linkedin_slug text DEFAULT ''::text NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    company_domain text DEFAULT ''::text NOT NULL,
    company_name text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    location text DEFAULT ''::text NOT NULL,
    identity text DEFAULT ''::text NOT NULL,
    name_domain_key text DEFAULT ''::text NOT NULL,
    name_company_key text DEFAULT ''::text NOT NULL,
    key_kind text DEFAULT ''::text NOT NULL,
    checked character varying NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    leader integer NOT NULL
);
CREATE TABLE public.organization (
    id character varying NOT NULL,
    user_id text DEFAULT ''::text NOT NULL,
    first_seen_at double precision NOT NULL,
    settings json NOT NULL,
    blocked_until double precision DEFAULT '0'::double precision NOT NULL,
    learned_limit integer
);
CREATE TABLE public.person_key (
    organization_id character varying NOT NULL,
    key character varying NOT NULL,
    identity character varying NOT NULL
);
CREATE TABLE public.person_raw (
    result_id integer NOT NULL,
    record bytea NOT NULL
);
CREATE TABLE public.person_result (
    id integer NOT NULL,
    organization_id character varying NOT NULL,
    identity character varying NOT NULL,
    asked character varying NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    email_status text DEFAULT ''::text NOT NULL,
    email_quality text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    phone_type text DEFAULT ''::text NOT NULL,
    other_emails text DEFAULT ''::text NOT NULL,
    other_phones text DEFAULT ''::text NOT NULL,
    provider text DEFAULT ''::text NOT NULL,
    key_kind text DEFAULT ''::text NOT NULL,
    credits integer DEFAULT 0 NOT NULL,
    found_at double precision NOT NULL,
    run_id character varying NOT NULL,
    batch_id character varying NOT NULL,
    task_id text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.person_result_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.person_result_id_seq OWNED BY public.person_result.id;
CREATE TABLE public.rate_use (
    id integer NOT NULL,
    organization_id character varying NOT NULL,
    kind character varying NOT NULL,
    started_at double precision NOT NULL,
    ended_at double precision
);
CREATE SEQUENCE public.rate_use_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.rate_use_id_seq OWNED BY public.rate_use.id;
CREATE TABLE public.raw_answer (
    id integer NOT NULL,
    batch_id character varying NOT NULL,
    received_at double precision NOT NULL,
    via character varying NOT NULL,
    body bytea NOT NULL
);
CREATE SEQUENCE public.raw_answer_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.raw_answer_id_seq OWNED BY public.raw_answer.id;
CREATE TABLE public.run (
    id character varying NOT NULL,
    organization_id character varying NOT NULL,
    list_id character varying NOT NULL,
    enrichment_type character varying NOT NULL,
    budget integer DEFAULT 0 NOT NULL,
    state character varying NOT NULL,
    waiting_for text DEFAULT ''::text NOT NULL,
    fresh boolean DEFAULT false NOT NULL,
    sample boolean DEFAULT false NOT NULL,
    then_phones boolean DEFAULT false NOT NULL,
    first_run_id text DEFAULT ''::text NOT NULL,
    confirmed_by text DEFAULT ''::text NOT NULL,
    confirmed_at double precision NOT NULL,
    confirmed_at_most integer DEFAULT 0 NOT NULL,
    confirmed_likely integer DEFAULT 0 NOT NULL,
    started_at double precision,
    finished_at double precision,
    owner text DEFAULT ''::text NOT NULL,
    lease_until double precision DEFAULT '0'::double precision NOT NULL,
    revision integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.run_row (
    run_id character varying NOT NULL,
    row_number integer NOT NULL,
    leader integer NOT NULL,
    ask text DEFAULT ''::text NOT NULL,
    outcome character varying NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    batch_id character varying,
    email text DEFAULT ''::text NOT NULL,
    email_status text DEFAULT ''::text NOT NULL,
    email_quality text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    phone_type text DEFAULT ''::text NOT NULL,
    other_emails text DEFAULT ''::text NOT NULL,
    other_phones text DEFAULT ''::text NOT NULL,
    provider text DEFAULT ''::text NOT NULL,
    credits integer DEFAULT 0 NOT NULL,
    result_id integer,
    known_result_id integer,
    checked_at double precision
);
CREATE TABLE public.schema_info (
    version integer NOT NULL
);
CREATE SEQUENCE public.schema_info_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.schema_info_version_seq OWNED BY public.schema_info.version;
CREATE TABLE public.sealed_key (
    organization_id character varying NOT NULL,
    kind character varying NOT NULL,
    sealed text NOT NULL,
    sealed_at double precision NOT NULL
);
CREATE TABLE public.submission (
    token character varying NOT NULL,
    secret character varying NOT NULL,
    batch_id character varying NOT NULL,
    attempt integer NOT NULL,
    owner character varying NOT NULL,
    state character varying NOT NULL,
    sent_at double precision NOT NULL,
    answered_at double precision,
    workflow_id text DEFAULT ''::text NOT NULL,
    error text DEFAULT ''::text NOT NULL
);
ALTER TABLE ONLY public.credit_reading ALTER COLUMN id SET DEFAULT nextval('public.credit_reading_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.list_change ALTER COLUMN id SET DEFAULT nextval('public.list_change_id_seq'::regclass);
ALTER TABLE ONLY public.person_result ALTER COLUMN id SET DEFAULT nextval('public.person_result_id_seq'::regclass);
ALTER TABLE ONLY public.rate_use ALTER COLUMN id SET DEFAULT nextval('public.rate_use_id_seq'::regclass);
ALTER TABLE ONLY public.raw_answer ALTER COLUMN id SET DEFAULT nextval('public.raw_answer_id_seq'::regclass);
ALTER TABLE ONLY public.schema_info ALTER COLUMN version SET DEFAULT nextval('public.schema_info_version_seq'::regclass);
INSERT INTO public.batch VALUES ('11cef6149a0e4e539a8517489d52af27', 'f6532514d5434c549755b84c91c1c5ce', 'ORGANIZATION-ID', 3, 'partial', 2, '[5, 6]', 2, 'sending', 1, 1795899032.083268, NULL, NULL, '', NULL, NULL, false, 0, 0, 0, 0, 0, '', 0, 0, '');
INSERT INTO public.batch VALUES ('7c3d5cbb19924aa9a142ad6f81466b93', 'f6532514d5434c549755b84c91c1c5ce', 'ORGANIZATION-ID', 1, 'partial', 2, '[1, 2]', 2, 'sent', 1, 1795899032.051967, 1795899032.088032, NULL, 'WORKFLOW-ID', '[]', 1795899032.088032, false, 0, 0, 0, 0, 0, '', 0, 0, '');
INSERT INTO public.batch VALUES ('95865eb5f6344e68aa7ac007b160e0e9', 'f6532514d5434c549755b84c91c1c5ce', 'ORGANIZATION-ID', 2, 'partial', 2, '[3, 4]', 2, 'uncertain', 1, 1795899032.070384, NULL, NULL, '', NULL, NULL, false, 0, 0, 0, 0, 0, '', 0, 0, 'read time-out');
INSERT INTO public.contact_list VALUES ('a84118c55d3341af8e1632cfa89e0acc', 'ORGANIZATION-ID', 'invented', 'invented.csv', '09f6da61fe47eb9110d3b389918c3d6a113ef33cbd1b7af455d4d80c152e7a74', 1795899031.911614, '', 'utf-8', ',', 1, '["LinkedIn URL", "First Name", "Last Name", "Company Name", "Website", "Email", "Phone"]', '{"linkedin_url": ["LinkedIn URL"], "first_name": ["First Name"], "last_name": ["Last Name"], "company_domain": ["Website"], "company_name": ["Company Name"], "email": ["Email"], "phone": ["Phone"]}', '[]', '{}', 14, 14, 0, 0, NULL, '');
INSERT INTO public.contact_list VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 'ORGANIZATION-ID', 'invented', 'invented.csv', 'cde93007514677176532d1df3488c1ae285e123c84d70ef3aab5953a533e2d60', 1795899031.986872, '', 'utf-8', ',', 1, '["LinkedIn URL", "First Name", "Last Name", "Company Name", "Website", "Email", "Phone"]', '{"linkedin_url": ["LinkedIn URL"], "first_name": ["First Name"], "last_name": ["Last Name"], "company_domain": ["Website"], "company_name": ["Company Name"], "email": ["Email"], "phone": ["Phone"]}', '[]', '{}', 14, 14, 0, 0, NULL, '');
INSERT INTO public.credit_reading VALUES (1, 'ORGANIZATION-ID', '1000', NULL, 0, 'connected', NULL);
INSERT INTO public.credit_reading VALUES (2, 'ORGANIZATION-ID', '1000', NULL, 0, 'connected', NULL);
INSERT INTO public.credit_reading VALUES (3, 'ORGANIZATION-ID', '1000', NULL, 0, 'connected', NULL);
INSERT INTO public.event VALUES (1, 'ORGANIZATION-ID', 'f6532514d5434c549755b84c91c1c5ce', 1795899031.967764, 'confirmed', 'Confirmed: emails for 14 people, at most 100 credits.', '');
INSERT INTO public.event VALUES (2, 'ORGANIZATION-ID', '852b1dbaf71d4d1092747a1391d8bd2a', 1795899032.01813, 'confirmed', 'Confirmed: emails for 14 people, at most 100 credits.', '');
INSERT INTO public.event VALUES (3, 'ORGANIZATION-ID', 'f6532514d5434c549755b84c91c1c5ce', 1795899032.102116, 'sent', 'Part 1: 2 people sent to Cleanlist.', '');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 1, '["https://www.linkedin.com/in/invented-aaaa-0", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 2, '["https://www.linkedin.com/in/invented-aaab-1", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 3, '["https://www.linkedin.com/in/invented-aaac-2", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 4, '["https://www.linkedin.com/in/invented-aaad-3", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 5, '["https://www.linkedin.com/in/invented-aaae-4", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 6, '["https://www.linkedin.com/in/invented-aaaf-5", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 7, '["https://www.linkedin.com/in/invented-aaag-6", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 8, '["https://www.linkedin.com/in/invented-aaah-7", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 9, '["https://www.linkedin.com/in/invented-aaai-8", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 10, '["https://www.linkedin.com/in/invented-aaaj-9", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 11, '["https://www.linkedin.com/in/invented-aaak-10", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 12, '["https://www.linkedin.com/in/invented-aaal-11", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 13, '["https://www.linkedin.com/in/invented-aaam-12", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('a84118c55d3341af8e1632cfa89e0acc', 14, '["https://www.linkedin.com/in/invented-aaan-13", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 1, '["https://www.linkedin.com/in/invented-aadw-100", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 2, '["https://www.linkedin.com/in/invented-aadx-101", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 3, '["https://www.linkedin.com/in/invented-aady-102", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 4, '["https://www.linkedin.com/in/invented-aadz-103", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 5, '["https://www.linkedin.com/in/invented-aaea-104", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 6, '["https://www.linkedin.com/in/invented-aaeb-105", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 7, '["https://www.linkedin.com/in/invented-aaec-106", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 8, '["https://www.linkedin.com/in/invented-aaed-107", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 9, '["https://www.linkedin.com/in/invented-aaee-108", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 10, '["https://www.linkedin.com/in/invented-aaef-109", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 11, '["https://www.linkedin.com/in/invented-aaeg-110", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 12, '["https://www.linkedin.com/in/invented-aaeh-111", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 13, '["https://www.linkedin.com/in/invented-aaei-112", "", "", "", "", "", ""]');
INSERT INTO public.list_cells VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 14, '["https://www.linkedin.com/in/invented-aaej-113", "", "", "", "", "", ""]');
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 1, 2, 'https://www.linkedin.com/in/invented-aaaa-0', 'invented-aaaa-0', '', '', '', '', '', '', '', '', 'in:invented-aaaa-0', '', '', 'linkedin', 'ready', '', 1);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 2, 3, 'https://www.linkedin.com/in/invented-aaab-1', 'invented-aaab-1', '', '', '', '', '', '', '', '', 'in:invented-aaab-1', '', '', 'linkedin', 'ready', '', 2);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 3, 4, 'https://www.linkedin.com/in/invented-aaac-2', 'invented-aaac-2', '', '', '', '', '', '', '', '', 'in:invented-aaac-2', '', '', 'linkedin', 'ready', '', 3);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 4, 5, 'https://www.linkedin.com/in/invented-aaad-3', 'invented-aaad-3', '', '', '', '', '', '', '', '', 'in:invented-aaad-3', '', '', 'linkedin', 'ready', '', 4);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 5, 6, 'https://www.linkedin.com/in/invented-aaae-4', 'invented-aaae-4', '', '', '', '', '', '', '', '', 'in:invented-aaae-4', '', '', 'linkedin', 'ready', '', 5);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 6, 7, 'https://www.linkedin.com/in/invented-aaaf-5', 'invented-aaaf-5', '', '', '', '', '', '', '', '', 'in:invented-aaaf-5', '', '', 'linkedin', 'ready', '', 6);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 7, 8, 'https://www.linkedin.com/in/invented-aaag-6', 'invented-aaag-6', '', '', '', '', '', '', '', '', 'in:invented-aaag-6', '', '', 'linkedin', 'ready', '', 7);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 8, 9, 'https://www.linkedin.com/in/invented-aaah-7', 'invented-aaah-7', '', '', '', '', '', '', '', '', 'in:invented-aaah-7', '', '', 'linkedin', 'ready', '', 8);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 9, 10, 'https://www.linkedin.com/in/invented-aaai-8', 'invented-aaai-8', '', '', '', '', '', '', '', '', 'in:invented-aaai-8', '', '', 'linkedin', 'ready', '', 9);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 10, 11, 'https://www.linkedin.com/in/invented-aaaj-9', 'invented-aaaj-9', '', '', '', '', '', '', '', '', 'in:invented-aaaj-9', '', '', 'linkedin', 'ready', '', 10);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 11, 12, 'https://www.linkedin.com/in/invented-aaak-10', 'invented-aaak-10', '', '', '', '', '', '', '', '', 'in:invented-aaak-10', '', '', 'linkedin', 'ready', '', 11);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 12, 13, 'https://www.linkedin.com/in/invented-aaal-11', 'invented-aaal-11', '', '', '', '', '', '', '', '', 'in:invented-aaal-11', '', '', 'linkedin', 'ready', '', 12);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 13, 14, 'https://www.linkedin.com/in/invented-aaam-12', 'invented-aaam-12', '', '', '', '', '', '', '', '', 'in:invented-aaam-12', '', '', 'linkedin', 'ready', '', 13);
INSERT INTO public.list_row VALUES ('a84118c55d3341af8e1632cfa89e0acc', 14, 15, 'https://www.linkedin.com/in/invented-aaan-13', 'invented-aaan-13', '', '', '', '', '', '', '', '', 'in:invented-aaan-13', '', '', 'linkedin', 'ready', '', 14);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 1, 2, 'https://www.linkedin.com/in/invented-aadw-100', 'invented-aadw-100', '', '', '', '', '', '', '', '', 'in:invented-aadw-100', '', '', 'linkedin', 'ready', '', 1);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 2, 3, 'https://www.linkedin.com/in/invented-aadx-101', 'invented-aadx-101', '', '', '', '', '', '', '', '', 'in:invented-aadx-101', '', '', 'linkedin', 'ready', '', 2);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 3, 4, 'https://www.linkedin.com/in/invented-aady-102', 'invented-aady-102', '', '', '', '', '', '', '', '', 'in:invented-aady-102', '', '', 'linkedin', 'ready', '', 3);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 4, 5, 'https://www.linkedin.com/in/invented-aadz-103', 'invented-aadz-103', '', '', '', '', '', '', '', '', 'in:invented-aadz-103', '', '', 'linkedin', 'ready', '', 4);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 5, 6, 'https://www.linkedin.com/in/invented-aaea-104', 'invented-aaea-104', '', '', '', '', '', '', '', '', 'in:invented-aaea-104', '', '', 'linkedin', 'ready', '', 5);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 6, 7, 'https://www.linkedin.com/in/invented-aaeb-105', 'invented-aaeb-105', '', '', '', '', '', '', '', '', 'in:invented-aaeb-105', '', '', 'linkedin', 'ready', '', 6);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 7, 8, 'https://www.linkedin.com/in/invented-aaec-106', 'invented-aaec-106', '', '', '', '', '', '', '', '', 'in:invented-aaec-106', '', '', 'linkedin', 'ready', '', 7);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 8, 9, 'https://www.linkedin.com/in/invented-aaed-107', 'invented-aaed-107', '', '', '', '', '', '', '', '', 'in:invented-aaed-107', '', '', 'linkedin', 'ready', '', 8);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 9, 10, 'https://www.linkedin.com/in/invented-aaee-108', 'invented-aaee-108', '', '', '', '', '', '', '', '', 'in:invented-aaee-108', '', '', 'linkedin', 'ready', '', 9);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 10, 11, 'https://www.linkedin.com/in/invented-aaef-109', 'invented-aaef-109', '', '', '', '', '', '', '', '', 'in:invented-aaef-109', '', '', 'linkedin', 'ready', '', 10);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 11, 12, 'https://www.linkedin.com/in/invented-aaeg-110', 'invented-aaeg-110', '', '', '', '', '', '', '', '', 'in:invented-aaeg-110', '', '', 'linkedin', 'ready', '', 11);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 12, 13, 'https://www.linkedin.com/in/invented-aaeh-111', 'invented-aaeh-111', '', '', '', '', '', '', '', '', 'in:invented-aaeh-111', '', '', 'linkedin', 'ready', '', 12);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 13, 14, 'https://www.linkedin.com/in/invented-aaei-112', 'invented-aaei-112', '', '', '', '', '', '', '', '', 'in:invented-aaei-112', '', '', 'linkedin', 'ready', '', 13);
INSERT INTO public.list_row VALUES ('0535fd82fd7a438e97b8c0f972f2eea2', 14, 15, 'https://www.linkedin.com/in/invented-aaej-113', 'invented-aaej-113', '', '', '', '', '', '', '', '', 'in:invented-aaej-113', '', '', 'linkedin', 'ready', '', 14);
INSERT INTO public.organization VALUES ('ORGANIZATION-ID', 'user', 1795899031.836529, '{}', 0, NULL);
INSERT INTO public.run VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 'ORGANIZATION-ID', '0535fd82fd7a438e97b8c0f972f2eea2', 'partial', 100, 'running', '', false, false, false, '', '', 1795899032.008335, 14, 12, 1795899032.008335, NULL, '', 0, 0);
INSERT INTO public.run VALUES ('f6532514d5434c549755b84c91c1c5ce', 'ORGANIZATION-ID', 'a84118c55d3341af8e1632cfa89e0acc', 'partial', 100, 'running', '', false, false, false, '', '', 1795899031.945905, 14, 12, 1795899031.945905, NULL, 'machine-that-is-gone:1:x', 1795899047.019489, 5);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 7, 7, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 8, 8, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 9, 9, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 10, 10, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 11, 11, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 12, 12, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 13, 13, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 14, 14, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 1, 1, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 2, 2, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 3, 3, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 4, 4, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 5, 5, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 6, 6, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 7, 7, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 8, 8, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 9, 9, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 10, 10, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 11, 11, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 12, 12, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 13, 13, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('852b1dbaf71d4d1092747a1391d8bd2a', 14, 14, 'partial', 'not_sent', 'Waiting to be sent.', NULL, '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 5, 5, 'partial', 'in_progress', 'Being looked up.', '11cef6149a0e4e539a8517489d52af27', '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 6, 6, 'partial', 'in_progress', 'Being looked up.', '11cef6149a0e4e539a8517489d52af27', '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 1, 1, 'partial', 'in_progress', 'Being looked up.', '7c3d5cbb19924aa9a142ad6f81466b93', '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 2, 2, 'partial', 'in_progress', 'Being looked up.', '7c3d5cbb19924aa9a142ad6f81466b93', '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 3, 3, 'partial', 'uncertain', 'The answer to this request was lost. It may have been accepted; it waits for your decision.', '95865eb5f6344e68aa7ac007b160e0e9', '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.run_row VALUES ('f6532514d5434c549755b84c91c1c5ce', 4, 4, 'partial', 'uncertain', 'The answer to this request was lost. It may have been accepted; it waits for your decision.', '95865eb5f6344e68aa7ac007b160e0e9', '', '', '', '', '', '', '', '', 0, NULL, NULL, NULL);
INSERT INTO public.schema_info VALUES (4);
INSERT INTO public.submission VALUES ('620b01ee3ea044ee802da2e117bd2ad9', 'MwF1dkpYH6gn8-5q6uZu25UUi3P82nV0', '11cef6149a0e4e539a8517489d52af27', 1, 'machine-that-is-gone:1:x', 'sending', 1795899032.083268, NULL, '', '');
INSERT INTO public.submission VALUES ('a8d6d35ca30d4eaa8e5a2d370777747e', '1nEDOXQeXfDt13KSISXVleS9grtKSmil', '7c3d5cbb19924aa9a142ad6f81466b93', 1, 'machine-that-is-gone:1:x', 'accepted', 1795899032.051967, 1795899032.088032, 'WORKFLOW-ID', '');
INSERT INTO public.submission VALUES ('cd87c4da34f0460485b23924de5f6360', 'NJ_3BaUwanUoeU3s15rZ1cJRXW7gObvK', '95865eb5f6344e68aa7ac007b160e0e9', 1, 'machine-that-is-gone:1:x', 'uncertain', 1795899032.070384, 1795899032.098319, '', 'read time-out');
SELECT pg_catalog.setval('public.credit_reading_id_seq', 3, true);
SELECT pg_catalog.setval('public.event_id_seq', 3, true);
SELECT pg_catalog.setval('public.list_change_id_seq', 1, false);
SELECT pg_catalog.setval('public.person_result_id_seq', 1, false);
SELECT pg_catalog.setval('public.rate_use_id_seq', 1, false);
SELECT pg_catalog.setval('public.raw_answer_id_seq', 1, false);
SELECT pg_catalog.setval('public.schema_info_version_seq', 1, false);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.column_choice
    ADD CONSTRAINT column_choice_pkey PRIMARY KEY (organization_id, headers);
ALTER TABLE ONLY public.contact_list
    ADD CONSTRAINT contact_list_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.credit_reading
    ADD CONSTRAINT credit_reading_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.list_cells
    ADD CONSTRAINT list_cells_pkey PRIMARY KEY (list_id, row_number);
ALTER TABLE ONLY public.list_change
    ADD CONSTRAINT list_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.list_change_row
    ADD CONSTRAINT list_change_row_pkey PRIMARY KEY (change_id, row_number);
ALTER TABLE ONLY public.list_file
    ADD CONSTRAINT list_file_pkey PRIMARY KEY (list_id, piece);
ALTER TABLE ONLY public.list_reading
    ADD CONSTRAINT list_reading_pkey PRIMARY KEY (list_id);
ALTER TABLE ONLY public.list_row
    ADD CONSTRAINT list_row_pkey PRIMARY KEY (list_id, row_number);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.person_key
    ADD CONSTRAINT person_key_pkey PRIMARY KEY (organization_id, key, identity);
ALTER TABLE ONLY public.person_raw
    ADD CONSTRAINT person_raw_pkey PRIMARY KEY (result_id);
ALTER TABLE ONLY public.person_result
    ADD CONSTRAINT person_result_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rate_use
    ADD CONSTRAINT rate_use_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.raw_answer
    ADD CONSTRAINT raw_answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.run_row
    ADD CONSTRAINT run_row_pkey PRIMARY KEY (run_id, row_number);
ALTER TABLE ONLY public.schema_info
    ADD CONSTRAINT schema_info_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.sealed_key
    ADD CONSTRAINT sealed_key_pkey PRIMARY KEY (organization_id, kind);
ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (token);
CREATE INDEX batch_by_end ON public.batch USING btree (organization_id, finished_at, state, sent_at, settled_credits, doubtful_credits);
CREATE INDEX batch_by_run ON public.batch USING btree (run_id, number);
CREATE INDEX batch_by_state ON public.batch USING btree (organization_id, state);
CREATE INDEX batch_in_run ON public.batch USING btree (run_id, state, number, due_at, at_most, settled_credits, doubtful_credits);
CREATE INDEX credit_reading_by_time ON public.credit_reading USING btree (organization_id, read_at);
CREATE INDEX event_by_run ON public.event USING btree (run_id, id);
CREATE INDEX ix_contact_list_organization_id ON public.contact_list USING btree (organization_id);
CREATE INDEX ix_list_change_list_id ON public.list_change USING btree (list_id);
CREATE INDEX ix_raw_answer_batch_id ON public.raw_answer USING btree (batch_id);
CREATE INDEX ix_submission_batch_id ON public.submission USING btree (batch_id);
CREATE INDEX person_result_by_identity ON public.person_result USING btree (organization_id, identity, found_at);
CREATE INDEX person_result_by_run ON public.person_result USING btree (run_id);
CREATE UNIQUE INDEX person_result_once ON public.person_result USING btree (batch_id, task_id);
CREATE INDEX rate_use_by_time ON public.rate_use USING btree (organization_id, started_at);
CREATE INDEX run_by_list ON public.run USING btree (list_id);
CREATE INDEX run_by_organization ON public.run USING btree (organization_id, confirmed_at);
CREATE INDEX run_row_by_batch ON public.run_row USING btree (batch_id);
CREATE INDEX run_row_by_leader ON public.run_row USING btree (run_id, leader);
CREATE INDEX run_row_by_outcome ON public.run_row USING btree (run_id, outcome, row_number);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.column_choice
    ADD CONSTRAINT column_choice_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id);
ALTER TABLE ONLY public.contact_list
    ADD CONSTRAINT contact_list_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id);
ALTER TABLE ONLY public.credit_reading
    ADD CONSTRAINT credit_reading_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id);
ALTER TABLE ONLY public.list_cells
    ADD CONSTRAINT list_cells_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.contact_list(id);
ALTER TABLE ONLY public.list_change
    ADD CONSTRAINT list_change_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.contact_list(id);
ALTER TABLE ONLY public.list_change_row
    ADD CONSTRAINT list_change_row_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.list_change(id);
ALTER TABLE ONLY public.list_file
    ADD CONSTRAINT list_file_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.contact_list(id);
ALTER TABLE ONLY public.list_reading
    ADD CONSTRAINT list_reading_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.contact_list(id);
ALTER TABLE ONLY public.list_row
    ADD CONSTRAINT list_row_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.contact_list(id);
ALTER TABLE ONLY public.person_raw
    ADD CONSTRAINT person_raw_result_id_fkey FOREIGN KEY (result_id) REFERENCES public.person_result(id);
ALTER TABLE ONLY public.raw_answer
    ADD CONSTRAINT raw_answer_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.batch(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.contact_list(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id);
ALTER TABLE ONLY public.run_row
    ADD CONSTRAINT run_row_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.sealed_key
    ADD CONSTRAINT sealed_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organization(id);
ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.batch(id);
