"""What a row must be before it is entered into a register of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from include.governance.errors import StoreError
from include.governance.model.mistake import Mistake
from include.governance.model.period import Period
from include.governance.model.register import HoldRow
from include.governance.model.register_row import FieldKind, RegisterRow
from include.governance.store.officer_text import personal, require_name, require_text
from include.governance.wording import Language

R = TypeVar("R", bound=RegisterRow)


class RegisterRefused(StoreError):
    """Rows were not entered; ``mistakes`` says why, all of them, and nothing was changed."""

    def __init__(self, register: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("register_refused", register=register, count=len(mistakes))

    def say(self, language: Language) -> str:
        """The number of mistakes and each of them on a line."""
        lines = (f"{_place(each)}: {each.say(language)}" for each in self.mistakes)
        return "\n".join((super().say(language), *lines))


def _place(each: Mistake) -> str:
    """File, line and field, as far as there are any."""
    file = f"{each.file}:{each.line}" if each.line else each.file
    return f"{file}: {each.path}" if each.path else file


def mistake(file: str, line: int, field: str, code: str, **facts: str | int) -> Mistake:
    """One thing to mend in a row: ``file`` is the register or the file it is imported from."""
    return Mistake(file=file, line=line, path=field, code=f"register_{code}", facts=facts)


def invalid(file: str, line: int, error: ValidationError) -> list[Mistake]:
    """Our mistakes for pydantic's, without the values it saw."""
    return [
        mistake(file, line, ".".join(map(str, each["loc"])), "invalid", kind=each["type"])
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    ]


def validated(model: type[R], given: Mapping[str, object]) -> R:
    """A row of these fields; raises RegisterRefused with all that no row may be."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        name = model.register_name
        raise RegisterRefused(name, invalid(name, 0, error)) from None


class Rules(NamedTuple):
    """What entries are judged by: how soon a hold is reviewed, on which day, after a review?"""

    hold_review: Period
    today: date
    reviewed: bool = False


def entry_mistakes(
    row: RegisterRow, rules: Rules, file: str = "", line: int = 0
) -> Iterator[Mistake]:
    """Everything that keeps a row out of the store; empty when it may be entered."""
    where = (file or row.register_name, line)
    for field in row.required:
        if getattr(row, field) in (None, "", ()):
            yield mistake(*where, field, "required")
    for field, allowed in row.choices.items():
        value = getattr(row, field)
        if value is not None and value not in allowed:
            yield mistake(*where, field, "choice", allowed=", ".join(allowed))
    for field, kind in row.kinds().items():
        if code := _text_mistake(kind, getattr(row, field)):
            yield mistake(*where, field, code)
    if isinstance(row, HoldRow):
        yield from _hold_mistakes(row, rules, where)


def _text_mistake(kind: FieldKind, value: object) -> str | None:
    """What is wrong with a text: personal data where none may be, or characters that hide text."""
    if value is None:
        return None
    if kind is FieldKind.TRANSIENT:
        return "never_stored"
    texts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    try:
        for text in texts:
            (require_text if kind is FieldKind.NOTE else require_name)("", text)
    except StoreError as error:
        return error.code
    if kind in (FieldKind.KEY, FieldKind.SUBJECT) and personal(str(value)) == "mail":
        return "text_with_mail"
    return None


def _hold_mistakes(row: HoldRow, rules: Rules, where: tuple[str, int]) -> Iterator[Mistake]:
    """A hold is reviewed within a period of being placed, and after each review of that day."""
    if row.review_due is None or row.placed_on is None:
        return
    if row.placed_on > rules.today:
        yield mistake(*where, "placed_on", "later_than_today")
    last = rules.hold_review.after(row.placed_on)
    if rules.reviewed or last < rules.today:
        last = rules.hold_review.after(rules.today)
    if row.review_due > last and row.released_at is None:
        yield mistake(*where, "review_due", "hold_review", allowed=last.isoformat())
