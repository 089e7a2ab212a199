"""The pages for a person who develops against the sandbox."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx
import pytest

from cleanlist_core.sandbox import IssuedKey, Sandbox
from tests.unit.sandbox.conftest import Clock, people

EVIL = '<script>alert("x")</script><img src=x onerror=y>'


class Reader(HTMLParser):
    """Collects the text, the elements and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read(api: httpx.Client, path: str) -> Reader:
    answer = httpx.get(api.base_url.copy_with(raw_path=path.encode()))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    return Reader(answer.text)


def submit(api: httpx.Client, contacts: list[dict[str, str]], **extra: str) -> str:
    body = {"enrichment_type": "full", "contacts": contacts, **extra}
    workflow_id: str = api.post("/enrich/bulk", json=body).json()["workflow_id"]
    return workflow_id


def test_an_empty_sandbox_says_so(sandbox: Sandbox, api: httpx.Client, clock: Clock) -> None:
    clock.advance(10)
    sandbox.sweep(1)
    assert "no organization yet" in read(api, "/").text


def test_the_overview_shows_credits_keys_workflows_and_windows(
    api: httpx.Client, organization: IssuedKey, clock: Clock, sandbox: Sandbox
) -> None:
    workflow_id = submit(api, people(5))
    clock.advance(60)
    page = read(api, "/")
    charged = sandbox.ledger()[0].workflows[0].charged
    for shown in (organization.organization_id, workflow_id, "completed", f"{5000 - charged:,}"):
        assert shown in page.text
    assert f"clapi_…{organization.key[-4:]}" in page.text
    assert organization.key not in page.text
    assert f"/_sandbox/workflows/{workflow_id}" in page.links


def test_from_the_overview_to_the_waterfall_of_one_contact(api: httpx.Client, clock: Clock) -> None:
    submit(api, people(3))
    clock.advance(60)
    workflow_link = next(link for link in read(api, "/").links if "/workflows/" in link)
    workflow = read(api, workflow_link)
    assert "Varga2" in workflow.text
    contact_link = next(link for link in workflow.links if link.endswith("/2"))
    contact = read(api, contact_link)
    assert "hunter" in contact.text
    assert {"Looked for", "Provider", "Outcome", "Began", "Took"} <= set(contact.words)
    assert workflow_link in contact.links


def test_what_others_sent_is_shown_as_text(api: httpx.Client, clock: Clock) -> None:
    contact = {"first_name": EVIL, "last_name": "V", "company_domain": "f.example", EVIL: EVIL}
    workflow_id = submit(api, [contact])
    clock.advance(60)
    for path in ("/", f"/_sandbox/workflows/{workflow_id}", f"/_sandbox/workflows/{workflow_id}/0"):
        page = read(api, path)
        assert not {"script", "img"} & page.elements
    assert EVIL in page.text


def test_half_a_pair_of_letters_breaks_no_page(api: httpx.Client, clock: Clock) -> None:
    body = '{"contacts":[{"first_name":"\\ud800","last_name":"V","company_domain":"f.example"}]}'
    workflow_id = api.post("/enrich/bulk", content=body.encode()).json()["workflow_id"]
    clock.advance(60)
    read(api, f"/_sandbox/workflows/{workflow_id}/0")


def test_nothing_is_loaded_from_anywhere(api: httpx.Client) -> None:
    submit(api, people(1))
    page = httpx.get(api.base_url.copy_with(raw_path=b"/")).text
    assert not {"script", "link", "img", "iframe"} & Reader(page).elements
    assert "http://" not in page
    assert "https://" not in page
    assert "prefers-color-scheme: dark" in page


def test_where_the_end_is_announced_is_shown_without_the_secret(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.courier.close()
    workflow_id = submit(api, people(1), webhook_url="https://hooks.example/secret-path")
    page = read(api, f"/_sandbox/workflows/{workflow_id}")
    assert "https://hooks.example/…" in page.text
    assert "secret-path" not in page.text
    assert "not yet" in read(api, "/").text


@pytest.mark.parametrize("path", ["/_sandbox/workflows/x", "/_sandbox/workflows/x/0", "/_sandbox/nowhere"])
def test_what_is_not_there_is_404(api: httpx.Client, path: str) -> None:
    assert httpx.get(api.base_url.copy_with(raw_path=path.encode())).status_code == 404


def test_a_position_beyond_the_last_contact_is_404(api: httpx.Client) -> None:
    path = f"/_sandbox/workflows/{submit(api, people(2))}/2"
    assert httpx.get(api.base_url.copy_with(raw_path=path.encode())).status_code == 404
