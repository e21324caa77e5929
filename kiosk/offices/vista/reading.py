"""How this cinema's documents are read: which language its texts are shown in, which currency its numbers are of.

Text objects are `{"text": …, "translations": [{"languageTag": …, "text": …}]}`; names are joined by id from
`relatedData`. Whatever is missing or of a wrong type is read as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.code import show_hostile
from kiosk.domain.money import Money, Price
from kiosk.offices.fields import amount, an_object, moment, objects, text, zone

LONGEST_NAME = 120
LONGEST_ID = 200
"""Characters."""

Named = Mapping[str, Mapping[str, object]]
"""Documents by id."""
TimeZones = Mapping[str, str]
"""IANA names by site id."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`language` is a tag such as `en-GB`; empty: the text that the office shows by default."""

    currency: str
    language: str = ""

    def name(self, value: object, longest: int = LONGEST_NAME) -> str:
        """A text object, or a plain text, fit to be shown."""
        told = an_object(value)
        words = self._translated(told) or text(told.get("text")) if told else text(value)
        return show_hostile(words.strip(), longest)

    def first_name(self, document: Mapping[str, object], *keys: str) -> str:
        """The first of these fields that holds a text."""
        return next((name for key in keys if (name := self.name(document.get(key)))), "")

    def money(self, value: object) -> Money | None:
        """An amount with its tax: `valueIncludingTax`, a fee's `amountIncludingTax`, or a plain number."""
        told = an_object(value)
        exact = next(
            (
                number
                for found in (told.get("valueIncludingTax"), told.get("amountIncludingTax"), value)
                if (number := amount(found)) is not None
            ),
            None,
        )
        return None if exact is None else Money(exact, self.currency)

    def price(self, value: object) -> Price | None:
        total, tax = self.money(value), amount(an_object(value).get("tax"))
        return None if total is None else Price(total, None if tax is None else Money(tax, self.currency))

    def _translated(self, told: Mapping[str, object]) -> str:
        """The text in our language, of our region first."""
        if not self.language:
            return ""
        translations = {text(item.get("languageTag")).casefold(): item for item in objects(told.get("translations"))}
        wanted = self.language.casefold()
        tongue = wanted.split("-")[0]
        near = (tag for tag in translations if tag.split("-")[0] == tongue)
        found = (text(translations[tag].get("text")).strip() for tag in (wanted, tongue, *near) if tag in translations)
        return next((words for words in found if words), "")


def identity(value: object) -> str:
    """An id. One that could not be shown or asked for is none: it never reaches an address or a terminal."""
    told = text(value).strip()
    return told if len(told) <= LONGEST_ID and told.isprintable() else ""


def time_zones_in(document: object, known: TimeZones) -> TimeZones:
    """Those of a document's cinemas, and of those that are known already."""
    (sites,) = related(document, "sites")
    told = {site_id: text(site.get("ianaTimeZoneName")).strip() for site_id, site in sites.items()}
    return {**known, **{site_id: name for site_id, name in told.items() if name}}


def local_moment(value: object, time_zone: str) -> datetime | None:
    """A time as the cinema's own clocks show it. Some tenants send it without an offset, and mean just that."""
    at, known = moment(value, time_zone), zone(time_zone)
    return at if at is None or known is None else at.astimezone(known)


def word(value: object) -> str:
    """A status or type: the office's own word."""
    return show_hostile(text(value).strip(), 40)


def related(document: object, *kinds: str) -> tuple[Named, ...]:
    """`relatedData`, each kind of it by id."""
    data = an_object(an_object(document).get("relatedData"))
    return tuple({identity(item.get("id")): item for item in objects(data.get(kind))} for kind in kinds)


NOTHING_KNOWN: Mapping[str, object] = {}


def look_up(named: Named, value: object) -> Mapping[str, object]:
    """What is known of an id; empty where it is nothing."""
    return named.get(identity(value), NOTHING_KNOWN)
