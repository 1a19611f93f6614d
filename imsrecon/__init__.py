"""imsrecon: the open kit for reconciling India's GST Invoice Management System.

The names of the five steps import from here; each is loaded when first used, so `import imsrecon` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "ActionNotAllowed": "domain",
    "ImsreconError": "domain",
    "InputError": "domain",
    "Profile": "domain",
    "check_documents": "domain",
    "Intake": "intake",
    "combine_portal": "intake",
    "describe": "intake",
    "propose_mapping": "intake",
    "save_refused": "intake",
    "read_gstr3b": "intake",
    "read_portal": "intake",
    "read_register": "intake",
    "MatchSettings": "match",
    "Reconciliation": "match",
    "reconcile": "match",
    "reconcile_partitioned": "match",
    "allowed_actions": "act",
    "upload_payloads": "act",
    "Gstr2b": "preview",
    "compare_previews": "preview",
    "preview_2b": "preview",
    "supplier_liability": "preview",
    "what_if": "preview",
    "suggest": "review",
    "Month": "workspace",
    "Workspace": "workspace",
}

if TYPE_CHECKING:
    from imsrecon.act import allowed_actions, upload_payloads
    from imsrecon.domain import ActionNotAllowed, ImsreconError, InputError, Profile, check_documents
    from imsrecon.intake import (
        Intake,
        combine_portal,
        describe,
        propose_mapping,
        read_gstr3b,
        read_portal,
        read_register,
        save_refused,
    )
    from imsrecon.match import MatchSettings, Reconciliation, reconcile, reconcile_partitioned
    from imsrecon.preview import Gstr2b, compare_previews, preview_2b, supplier_liability, what_if
    from imsrecon.review import suggest
    from imsrecon.workspace import Month, Workspace

__all__ = [
    "ActionNotAllowed",
    "Gstr2b",
    "ImsreconError",
    "InputError",
    "Intake",
    "MatchSettings",
    "Month",
    "Profile",
    "Reconciliation",
    "Workspace",
    "allowed_actions",
    "check_documents",
    "combine_portal",
    "compare_previews",
    "describe",
    "preview_2b",
    "propose_mapping",
    "read_gstr3b",
    "read_portal",
    "read_register",
    "reconcile",
    "reconcile_partitioned",
    "save_refused",
    "suggest",
    "supplier_liability",
    "upload_payloads",
    "what_if",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'imsrecon' has no attribute {name!r}")
    return getattr(import_module(f"imsrecon.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
