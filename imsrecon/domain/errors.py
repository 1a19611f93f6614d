"""Errors that a user can act on: what was found, what was expected, what to do."""

from __future__ import annotations


class ImsreconError(Exception):
    """Base of every error the kit raises on purpose.

    `code` is a stable word for programs; `hint` says what to do next and is part of the message.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        self.hint = hint
        if code:
            self.code = code
        super().__init__(f"{message} {hint}".strip())


class InputError(ImsreconError):
    """A file or a table cannot be read as what it is said to be."""

    code = "input"


class SettingsError(ImsreconError):
    """A setting has a value that it cannot have."""

    code = "settings"


class TableError(InputError):
    """A document table breaks the contract; `.faults` lists everything that is wrong with it."""

    code = "table"

    def __init__(self, message: str, *, faults: object = None, hint: str = "") -> None:
        self.faults = faults
        super().__init__(message, hint=hint)


class RulebookError(ImsreconError):
    """A table of the rulebook contradicts itself."""

    code = "rulebook"


class WorkspaceError(ImsreconError):
    """A client's folder is missing, is not one, or says something impossible."""

    code = "workspace"


class ActionNotAllowed(ImsreconError):  # noqa: N818 - the contract's name
    """A decision that the portal would refuse; `.rule` names the rule, `.allowed` what may be done instead."""

    code = "action_not_allowed"

    def __init__(self, message: str, *, rule: str, allowed: str = "", hint: str = "") -> None:
        self.rule = rule
        self.allowed = allowed
        super().__init__(message, hint=hint)
