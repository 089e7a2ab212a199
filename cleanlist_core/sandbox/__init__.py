"""A local stand-in for the Cleanlist API, with invented people.

It is a second, independent reading of docs/api-contract.md and imports nothing of the rest of this
package, so that it cannot repeat a mistake of the client. docs/sandbox.md says what it simulates.
"""

from cleanlist_core.sandbox.inspection import OrganizationEntry, WorkflowEntry
from cleanlist_core.sandbox.keys import KeyEntry, TooManyKeysError
from cleanlist_core.sandbox.ledger import RequestWindow
from cleanlist_core.sandbox.options import SandboxOptions
from cleanlist_core.sandbox.paths import PUBLIC_API
from cleanlist_core.sandbox.sandbox import IssuedKey, Sandbox
from cleanlist_core.sandbox.serving import RunningSandbox, run_forever, serve
from cleanlist_core.sandbox.workflows import Charge

__all__ = [
    "PUBLIC_API",
    "Charge",
    "IssuedKey",
    "KeyEntry",
    "OrganizationEntry",
    "RequestWindow",
    "RunningSandbox",
    "Sandbox",
    "SandboxOptions",
    "TooManyKeysError",
    "WorkflowEntry",
    "run_forever",
    "serve",
]
