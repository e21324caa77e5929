"""What Voucher Management answers. Pure: tokens of a write, and what has become of tokens."""

from __future__ import annotations

from kiosk.domain.code import show_hostile
from kiosk.domain.issuing.job import Accepted
from kiosk.domain.issuing.tokens import Outcome, Resolution, judge
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import an_object, objects, text
from kiosk.offices.vista.replies import Heard, Said

LONGEST_TOKEN = 4096
LONGEST_WORD = 80
LONGEST_ID = 80
"""Characters."""


def read_accepted(heard: Heard) -> Accepted | Heard:
    """The tokens of a write. A success that brings none proves nothing: it may have been applied."""
    if not isinstance(heard, Said):
        return heard
    responses = objects(an_object(heard.document).get("responses"))
    tokens = [text(one.get("operationResultToken")) for one in responses]
    if not tokens or not all(tokens) or any(len(token) > LONGEST_TOKEN for token in tokens):
        return Failed(Doubt.OFFICE_ERROR, may_have_applied=True, detail="a success without its tokens")
    return Accepted(tuple(tokens))


def read_resolutions(heard: Heard) -> tuple[Resolution, ...] | Heard:
    """What the office says of tokens; an entry without a token says nothing of any."""
    if not isinstance(heard, Said):
        return heard
    if not isinstance(heard.document, list):
        return Failed(Doubt.OFFICE_ERROR, detail="an answer that is no list")
    return tuple(
        Resolution(token, _outcome(text(one.get("status")), text(one.get("entityId")), text(one.get("entityType"))))
        for one in objects(heard.document)
        if (token := text(one.get("operationResultToken")))
    )


def _outcome(word: str, entity_id: str, entity_type: str) -> Outcome:
    return Outcome(
        judge(word, entity_id.strip()),
        show_hostile(word.strip(), LONGEST_WORD),
        show_hostile(entity_id.strip(), LONGEST_ID),
        show_hostile(entity_type.strip(), LONGEST_WORD),
    )
