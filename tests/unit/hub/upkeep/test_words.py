"""Everything that papers and pages of upkeep may have to say has words."""

import pytest

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.notice import lifecycle, scope
from motcua_hub.domain.notice.model import Group, Kind, State
from motcua_hub.domain.upkeep import plan
from motcua_hub.domain.upkeep.checklists import Form, checklist
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.findings import Result, Verdict
from motcua_hub.store.outbox import Channel
from motcua_hub.store.outbox import State as Posted
from motcua_hub.upkeep import drafting, plan_files
from motcua_hub.upkeep.words import entries, vietnamese

ITEMS = {item.key for kind in DeviceClass for duty in Duty for item in checklist(kind, duty)}
REFUSED = [
    f"{act.value}.{state.value}"
    for act in lifecycle.Act
    for state in State
    if state not in lifecycle._FROM[act]
]
PLAN_REFUSED = [
    f"{step.value}.{state.value}"
    for step, (begin, _end) in plan._STEPS.items()
    for state in plan.State
    if state is not begin
]


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("class", list(DeviceClass)),
        ("notice.cause", [*(c for c in Cause if c is not Cause.UNKNOWN), "unknown", "first"]),
        ("notice.group", list(Group)),
        ("notice.kind", list(Kind)),
        ("notice.title", list(Kind)),
        ("notice.state", list(State)),
        ("notice.channel", list(Channel)),
        ("notice.outbox", list(Posted)),
        ("notice.refused", REFUSED),
        ("rule.notice", [*(rule.name for rule in scope.RULES), "end", drafting.BY_HAND]),
        ("maint.duty", list(Duty)),
        ("maint.item", sorted(ITEMS)),
        ("maint.verdict", list(Verdict)),
        ("maint.result", list(Result)),
        ("maint.fault", [form.value for form in Form]),
        ("plan.action", list(plan.Action)),
        ("plan.why", [rule.name for rule in plan.RULES]),
        ("plan.warranty", list(plan.Warranty)),
        ("plan.state", list(plan.State)),
        ("plan.step", list(plan.Step)),
        ("plan.refused", PLAN_REFUSED),
        ("plan.col", [name for name, _width in plan_files.COLUMNS]),
    ],
)
def test_every_member_of_a_vocabulary_has_words(family, names):
    known = entries()
    assert names
    assert [name for name in names if f"{family}.{name}" not in known] == []


def test_a_text_that_is_not_there_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        vietnamese()("notice.no_such_text")
