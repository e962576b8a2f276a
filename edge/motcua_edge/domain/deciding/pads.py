"""Presses of pads: another command's facts, and the mark that makes them happen once."""

from motcua_contract.facts.pads import PadPressed
from motcua_edge.domain.deciding.guards import nothing_changes
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.pads.presses import PressId, PressPad


def register(rulebook: Rulebook) -> None:
    """This family's command; it needs the book for the command within."""

    def press(situation: Situation, command: PressPad) -> Facts:
        """The facts of the act, then the mark, in one commit."""
        _check_new(situation, command)
        mark = PadPressed(pad=command.pad, press=command.press, outcome=command.outcome)
        return [*rulebook.decide(situation, command.act), mark]

    rulebook.on(PressPad, press)


def _check_new(situation: Situation, command: PressPad) -> None:
    press = PressId.parse(command.press)
    if press is None or not press.after(situation.state.office.pads.get(command.pad, "")):
        raise nothing_changes("press", f"{command.pad} said {command.press} before")
