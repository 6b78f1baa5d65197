"""How one unit's requests were answered: by denials and by money, in the order of the days.

A payment of the carrier names no request, so it answers the oldest ones that are open on its day, one after the other.
What is left of it answers what had been denied (an appeal that was won).
What is still left answers nothing: it came *unrequested*.

A later request asks again for what stands denied of a request with which it shares a claim.
Where one of the two names no claims, it does if it is for exactly the amount that stands denied, of that request or of
all of them; otherwise it is taken to ask for something new.
What was asked for again is no longer answered through the request that was denied.
On one day requests come before denials, and denials before payments; ties go by id.

Money that goes back to the carrier opens no request again: what is due again is asked for again.

What was requested, and what came unrequested, is what was received before returns, what is denied, and what is
outstanding: to the cent, whatever the order.

Source: ``docs/clauses.md``, money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

from attrs import evolve, field, frozen

from stoploss.facts import CarrierPayment
from stoploss.requests import Denial, Request

__all__ = ["Answered", "Answers", "answer"]


@frozen(kw_only=True)
class Answered:
    """
    One request and its answers, in cents.

    Args:
        request: The request.
        asked_before: What had been asked for and not denied when it was made, less what had gone back.
        denied: What stands denied.
        received: What was paid on it; with *denied* at most its amount.
        asked_again: What of *denied* a later request asks for.
    """

    request: Request
    asked_before: int = field(repr=False)
    denied: int = field(repr=False)
    received: int = field(repr=False)
    asked_again: int = field(default=0, repr=False)

    @property
    def outstanding(self) -> int:
        """What the carrier has not answered yet."""
        return self.request.cents - self.denied - self.received

    @property
    def stands_denied(self) -> int:
        """What is denied and was not asked for again."""
        return self.denied - self.asked_again


@frozen(kw_only=True)
class Answers:
    """
    All requests of a unit with their answers, in the order in which they were made.

    Args:
        requests: Each request, answered so far.
        received: What the carrier has paid, less what went back to it, in cents.
        returned: What went back to it.
        unrequested: What it paid that answers no request.
    """

    requests: tuple[Answered, ...]
    received: int = field(repr=False)
    returned: int = field(repr=False)
    unrequested: int = field(repr=False)


_Event: TypeAlias = tuple[dt.date, int, str, Request | Denial | CarrierPayment]


def answer(
    requests: Iterable[Request], denials: Iterable[Denial], carrier_payments: Iterable[CarrierPayment]
) -> Answers:
    """
    Tell the requests of one unit, or of the aggregate, in the order of the days.

    Args:
        requests: The unit's requests.
        denials: Denials of these requests, each no earlier than its request.
        carrier_payments: What the carrier has paid for the unit.
    """
    events: list[_Event] = [(request.requested_on, 0, request.id, request) for request in requests]
    events += [(denial.denied_on, 1, denial.id, denial) for denial in denials]
    events += [(payment.paid_on, 2, payment.id, payment) for payment in carrier_payments]
    told: dict[str, Answered] = {}
    received = returned = unrequested = 0
    for *_, fact in sorted(events, key=itemgetter(0, 1, 2)):
        if isinstance(fact, Request):
            asked_before = _asked(told.values(), returned)
            _ask_again(told, fact)
            told[fact.id] = Answered(request=fact, asked_before=asked_before, denied=0, received=0)
        elif isinstance(fact, Denial):
            told[fact.request], paid_already = _denied(told[fact.request], fact.cents)
            unrequested += paid_already
        else:
            received += fact.cents
            returned += max(-fact.cents, 0)
            unrequested += _pay(told, max(fact.cents, 0))
    return Answers(requests=tuple(told.values()), received=received, returned=returned, unrequested=unrequested)


def _asked(told: Iterable[Answered], returned: int) -> int:
    """Return what has been asked for and stands: outstanding, or paid and not returned."""
    so_far = tuple(told)
    return sum(each.outstanding for each in so_far) + max(sum(each.received for each in so_far) - returned, 0)


def _ask_again(told: dict[str, Answered], request: Request) -> None:
    """Let a request take up what stands denied, the oldest first."""
    amount, standing = request.cents, sum(each.stands_denied for each in told.values())
    for id_, each in told.items():
        if request.claims and each.request.claims:
            is_again = not set(request.claims).isdisjoint(each.request.claims)
        else:
            is_again = request.cents in {each.stands_denied, standing}
        again = min(amount, each.stands_denied) if is_again else 0
        told[id_] = evolve(each, asked_again=each.asked_again + again)
        amount -= again


def _denied(request: Answered, amount: int) -> tuple[Answered, int]:
    """Deny a request in part or whole; what had been paid on that part, returned too, answers nothing any more."""
    paid_already = max(amount - request.outstanding, 0)
    return evolve(request, denied=request.denied + amount, received=request.received - paid_already), paid_already


def _pay(told: dict[str, Answered], amount: int) -> int:
    """Let a payment answer the oldest open requests, then what stands denied, and return what is left of it."""
    for id_, each in told.items():
        answered = min(amount, each.outstanding)
        told[id_] = evolve(each, received=each.received + answered)
        amount -= answered
    for id_, each in told.items():
        answered = min(amount, each.stands_denied)
        told[id_] = evolve(each, denied=each.denied - answered, received=each.received + answered)
        amount -= answered
    return amount


def __dir__() -> list[str]:
    return __all__
