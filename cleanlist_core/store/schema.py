"""The tables. They are the only truth: whatever a refresh, a crash or another machine must find again.

Times (`_at`) are seconds since 1970 in UTC. Text that is missing is "". Everything belongs to an
organization. `docs/architecture.md` says what each table is for.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_VERSION = 5
"""Goes up with every change of a table that was released. CONTRIBUTING.md says what else there is to do."""

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="", server_default="")


def _number(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, default=default, server_default=str(default))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False, server_default="0")


schema_info = Table("schema_info", metadata, Column("version", Integer, primary_key=True))

organization = Table(
    "organization",
    metadata,
    Column("id", String, primary_key=True),
    _text("user_id"),
    Column("first_seen_at", Float, nullable=False),
    Column("settings", JSON, nullable=False, default=dict),
    Column("blocked_until", Float, nullable=False, default=0, server_default="0"),
    Column("learned_limit", Integer),
)

sealed_key = Table(
    "sealed_key",
    metadata,
    Column("organization_id", ForeignKey("organization.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("sealed_at", Float, nullable=False),
)

contact_list = Table(
    "contact_list",
    metadata,
    Column("id", String, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False, index=True),
    _text("name"),
    _text("file_name"),
    _text("checksum"),
    Column("created_at", Float, nullable=False),
    _text("source"),
    _text("encoding"),
    _text("delimiter"),
    _number("header_row"),
    Column("columns", JSON, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    _number("rows"),
    _number("ready"),
    _number("invalid"),
    _number("duplicates"),
    _number("edition"),
    Column("deleted_at", Float),
    _text("replaced_by"),
)

list_row = Table(
    "list_row",
    metadata,
    Column("list_id", ForeignKey("contact_list.id"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    _number("line"),
    _text("linkedin_url"),
    _text("linkedin_slug"),
    _text("first_name"),
    _text("last_name"),
    _text("company_domain"),
    _text("company_name"),
    _text("email"),
    _text("phone"),
    _text("title"),
    _text("location"),
    _text("identity"),
    _text("name_domain_key"),
    _text("name_company_key"),
    _text("key_kind"),
    Column("checked", String, nullable=False),
    _text("reason"),
    Column("leader", Integer, nullable=False),
)
_REPEATS_SOMEBODY = list_row.c.leader != list_row.c.row_number
Index(
    "list_row_by_leader",
    list_row.c.list_id,
    list_row.c.leader,
    sqlite_where=_REPEATS_SOMEBODY,
    postgresql_where=_REPEATS_SOMEBODY,
)

list_cells = Table(
    "list_cells",
    metadata,
    Column("list_id", ForeignKey("contact_list.id"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("cells", Text, nullable=False),
)

list_file = Table(
    "list_file",
    metadata,
    Column("list_id", ForeignKey("contact_list.id"), primary_key=True),
    Column("piece", Integer, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
)

list_reading = Table(
    "list_reading",
    metadata,
    Column("list_id", ForeignKey("contact_list.id"), primary_key=True),
    Column("how", JSON, nullable=False),
)

list_change = Table(
    "list_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list_id", ForeignKey("contact_list.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("undone_at", Float),
)

list_change_row = Table(
    "list_change_row",
    metadata,
    Column("change_id", ForeignKey("list_change.id"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
)

column_choice = Table(
    "column_choice",
    metadata,
    Column("organization_id", ForeignKey("organization.id"), primary_key=True),
    Column("headers", String, primary_key=True),
    Column("chosen", JSON, nullable=False),
    Column("chosen_at", Float, nullable=False),
    _text("list_id"),
)

run = Table(
    "run",
    metadata,
    Column("id", String, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False),
    Column("list_id", ForeignKey("contact_list.id"), nullable=False),
    Column("enrichment_type", String, nullable=False),
    _number("budget"),
    Column("state", String, nullable=False),
    _text("waiting_for"),
    _flag("fresh"),
    _flag("sample"),
    _flag("then_phones"),
    _text("first_run_id"),
    _text("confirmed_by"),
    Column("confirmed_at", Float, nullable=False),
    _number("confirmed_at_most"),
    _number("confirmed_likely"),
    Column("started_at", Float),
    Column("finished_at", Float),
    _text("owner"),
    Column("lease_until", Float, nullable=False, default=0, server_default="0"),
    _number("revision"),
    Index("run_by_organization", "organization_id", "confirmed_at"),
    Index("run_by_list", "list_id"),
)

run_row = Table(
    "run_row",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("leader", Integer, nullable=False),
    _text("ask"),
    Column("outcome", String, nullable=False),
    _text("reason"),
    Column("batch_id", String),
    _text("email"),
    _text("email_status"),
    _text("email_quality"),
    _text("phone"),
    _text("phone_type"),
    _text("other_emails"),
    _text("other_phones"),
    _text("provider"),
    _number("credits"),
    Column("result_id", Integer),
    Column("known_result_id", Integer),
    Column("checked_at", Float),
    _text("in_file"),
    Index("run_row_by_outcome", "run_id", "outcome", "row_number"),
    Index("run_row_by_leader", "run_id", "leader"),
    Index("run_row_by_batch", "batch_id"),
)

row_rank = Table(
    "row_rank",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("ranks", LargeBinary, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("id", String, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("organization_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("enrichment_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("row_numbers", JSON, nullable=False),
    Column("at_most", Integer, nullable=False),
    Column("state", String, nullable=False),
    _number("attempts"),
    Column("sending_at", Float),
    Column("sent_at", Float),
    Column("finished_at", Float),
    _text("workflow_id"),
    Column("task_ids", JSON),
    Column("due_at", Float),
    _flag("looking"),
    _number("polls"),
    _number("failed_polls"),
    _number("completed"),
    _number("emails_so_far"),
    _number("phones_so_far"),
    _text("results_via"),
    _number("settled_credits"),
    _number("doubtful_credits"),
    _text("last_error"),
    Index("batch_by_run", "run_id", "number"),
    Index("batch_by_state", "organization_id", "state"),
    # Sums and counts before each request read these alone: a batch is long, and there may be thousands.
    Index(
        "batch_in_run",
        "run_id",
        "state",
        "number",
        "due_at",
        "at_most",
        "settled_credits",
        "doubtful_credits",
    ),
    Index("batch_completed", "run_id", "finished_at", "completed"),
    Index(
        "batch_by_end",
        "organization_id",
        "finished_at",
        "state",
        "sent_at",
        "settled_credits",
        "doubtful_credits",
    ),
)

submission = Table(
    "submission",
    metadata,
    Column("token", String, primary_key=True),
    Column("secret", String, nullable=False),
    Column("batch_id", ForeignKey("batch.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("owner", String, nullable=False),
    Column("state", String, nullable=False),
    Column("sent_at", Float, nullable=False),
    Column("answered_at", Float),
    _text("workflow_id"),
    _text("error"),
)

raw_answer = Table(
    "raw_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batch.id"), nullable=False, index=True),
    Column("received_at", Float, nullable=False),
    Column("via", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

person_result = Table(
    "person_result",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organization_id", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("asked", String, nullable=False),
    _text("email"),
    _text("email_status"),
    _text("email_quality"),
    _text("phone"),
    _text("phone_type"),
    _text("other_emails"),
    _text("other_phones"),
    _text("provider"),
    _text("key_kind"),
    _number("credits"),
    Column("found_at", Float, nullable=False),
    Column("run_id", String, nullable=False),
    Column("batch_id", String, nullable=False),
    _text("task_id"),
    Index("person_result_by_identity", "organization_id", "identity", "found_at"),
    Index("person_result_by_run", "run_id"),
    Index("person_result_once", "batch_id", "task_id", unique=True),
)

person_key = Table(
    "person_key",
    metadata,
    Column("organization_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("identity", String, primary_key=True),
)

person_raw = Table(
    "person_raw",
    metadata,
    Column("result_id", ForeignKey("person_result.id"), primary_key=True),
    Column("record", LargeBinary, nullable=False),
)

credit_reading = Table(
    "credit_reading",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False),
    Column("balance", String, nullable=False),
    Column("used_this_month", String),
    Column("read_at", Float, nullable=False),
    Column("why", String, nullable=False),
    Column("run_id", String),
    Index("credit_reading_by_time", "organization_id", "read_at"),
)

rate_use = Table(
    "rate_use",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organization_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Index("rate_use_by_time", "organization_id", "started_at"),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organization_id", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    _text("made_by"),
    Index("event_by_run", "run_id", "id"),
)

alert = Table(
    "alert",
    metadata,
    Column("key", String, primary_key=True),
    Column("organization_id", String, nullable=False),
    Column("state", String, nullable=False),
    _number("tries", 1),
    Column("due_at", Float, nullable=False),
)
