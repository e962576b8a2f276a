"""An explicit-state model of the journal protocol: the executable specification.

Everything that can happen to one site is an action: commit, power cut, restore of an old card, a
clone, sending, receiving, hub backup and restore, purging, a forged acknowledgement. The network is
a set of messages that are never taken out: every one may arrive late, twice, in any order or never.
`explore` visits every reachable state within bounds and checks the invariants in each.

An event is (jid, seq, content); contents are counted up, so two events are never equal by chance.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple


class Stream(NamedTuple):
    """One incarnation on a card: contents of rows 1..n, of which the first `purged` are deleted."""

    jid: int
    rows: tuple[int, ...]
    acked: int = 0
    safe: int = 0
    purged: int = 0


class Edge(NamedTuple):
    """A running machine: its card, its own incarnation, and the nonce of its last hello."""

    streams: tuple[Stream, ...]
    jid: int
    nonce: int = 0


class Held(NamedTuple):
    """One incarnation at the hub: 1..have, of which `gap` numbers are declared lost."""

    jid: int
    rows: tuple[tuple[int, int], ...] = ()
    have: int = 0
    gaps: frozenset[int] = frozenset()


class Left(NamedTuple):
    """How often each thing may still happen."""

    commits: int = 0
    cuts: int = 0
    copies: int = 0
    restores: int = 0
    clones: int = 0
    hellos: int = 0
    backups: int = 0
    hub_restores: int = 0
    hub_losses: int = 0
    forgeries: int = 0


class State(NamedTuple):
    """Everything. `ever` is what the hub ever held durably; `copy` an old image of a card."""

    edges: tuple[Edge, ...]
    hub: tuple[Held, ...]
    backup: tuple[Held, ...]
    net: frozenset[tuple]
    copy: tuple[Stream, ...]
    ever: frozenset[tuple[int, int]]
    deleted: frozenset[tuple[int, int, int]]
    next_jid: int
    next_content: int
    next_nonce: int
    left: Left
    backup_lost: bool = False


class Rules(NamedTuple):
    """The protocol; each flag turned breaks it in one way."""

    new_jid_at_start: bool = True
    tag_checked: bool = True
    resume_rewinds: bool = True
    nonce_checked: bool = True
    purge_needs_ack: bool = True
    purge_needs_safe: bool = True
    gap_refused: bool = True
    gap_declared: bool = True


RULES = Rules()
"""The protocol as specified."""


class Violation(NamedTuple):
    """An invariant that does not hold, and how it came to that."""

    name: str
    state: State
    trace: tuple[str, ...]


class Result(NamedTuple):
    """How much was explored, and the first violation."""

    states: int
    violation: Violation | None


def initial(left: Left) -> State:
    """One machine that has just started for the first time."""
    edge = Edge((Stream(1, ()),), 1)
    none: frozenset = frozenset()
    return State((edge,), (), (), none, (), none, none, 2, 1, 1, left)


# ---- small helpers ----


def spend(state: State, what: str) -> State | None:
    """One less of `what`; None when there is none left."""
    number = getattr(state.left, what)
    return state._replace(left=state.left._replace(**{what: number - 1})) if number else None


def with_edge(state: State, index: int, edge: Edge) -> State:
    edges = (*state.edges[:index], edge, *state.edges[index + 1 :])
    return state._replace(edges=edges)


def with_stream(edge: Edge, stream: Stream) -> Edge:
    return edge._replace(streams=tuple(stream if s.jid == stream.jid else s for s in edge.streams))


def stream_of(edge: Edge, jid: int) -> Stream | None:
    return next((s for s in edge.streams if s.jid == jid), None)


def held_of(hub: tuple[Held, ...], jid: int) -> Held:
    return next((h for h in hub if h.jid == jid), Held(jid))


def with_held(hub: tuple[Held, ...], held: Held) -> tuple[Held, ...]:
    return tuple(sorted([h for h in hub if h.jid != held.jid] + [held]))


def say(state: State, *messages: tuple) -> State:
    return state._replace(net=state.net | set(messages))


def start(state: State, index: int, card: tuple[Stream, ...], rules: Rules) -> State:
    """A process starts on a card: with an incarnation of its own, or not."""
    if rules.new_jid_at_start:
        edge = Edge((*card, Stream(state.next_jid, ())), state.next_jid)
        state = state._replace(next_jid=state.next_jid + 1)
    else:
        edge = Edge(card, card[-1].jid)
    if index == len(state.edges):
        return state._replace(edges=(*state.edges, edge))
    return with_edge(state, index, edge)


# ---- actions ----


def actions(state: State, rules: Rules) -> Iterator[tuple[str, State]]:
    """Every step from here, with its name."""
    for index in range(len(state.edges)):
        yield from edge_actions(state, index, rules)
    yield from hub_actions(state)
    for message in state.net:
        yield from deliveries(state, message, rules)


def edge_actions(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    edge = state.edges[index]
    yield from life(state, index, rules)
    if after := spend(state, "hellos"):
        firsts = tuple((s.jid, s.purged + 1) for s in edge.streams if s.rows)
        nonce = after.next_nonce
        after = with_edge(after, index, edge._replace(nonce=nonce))
        yield f"hello {index}", say(after, ("hello", nonce, firsts))._replace(next_nonce=nonce + 1)
    for stream in edge.streams:
        first = max(stream.acked, stream.purged) + 1
        if first <= len(stream.rows):
            batch = ("batch", stream.jid, first, stream.rows[first - 1 :])
            if batch not in state.net:
                yield f"send {index}:{stream.jid}", say(state, batch)
        yield from purges(state, index, stream, rules)


def life(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    edge = state.edges[index]
    if after := spend(state, "commits"):
        own = stream_of(edge, edge.jid)
        grown = own._replace(rows=(*own.rows, state.next_content))
        after = after._replace(next_content=state.next_content + 1)
        yield f"commit {index}", with_edge(after, index, with_stream(edge, grown))
    if after := spend(state, "cuts"):
        yield f"power cut {index}", start(after, index, edge.streams, rules)
    if after := spend(state, "copies"):
        yield f"copy card {index}", after._replace(copy=edge.streams)
    if state.copy:
        if after := spend(state, "restores"):
            yield f"restore card {index}", start(after, index, state.copy, rules)
        if after := spend(state, "clones"):
            yield "clone", start(after, len(state.edges), state.copy, rules)


def purges(state: State, index: int, stream: Stream, rules: Rules) -> Iterator[tuple[str, State]]:
    upto = len(stream.rows)
    if not rules.purge_needs_ack:  # delete what was sent: PUBACK taken for delivery
        sent = [m for m in state.net if m[0] == "batch" and m[1] == stream.jid]
        upto = max((m[2] + len(m[3]) - 1 for m in sent), default=0)
    if rules.purge_needs_ack:
        upto = min(upto, stream.acked)
    if rules.purge_needs_safe and rules.purge_needs_ack:
        upto = min(upto, stream.safe)
    if upto > stream.purged:
        gone = {(stream.jid, n, stream.rows[n - 1]) for n in range(stream.purged + 1, upto + 1)}
        edge = with_stream(state.edges[index], stream._replace(purged=upto))
        after = with_edge(state, index, edge)._replace(deleted=state.deleted | gone)
        yield f"purge {index}:{stream.jid}", after


def hub_actions(state: State) -> Iterator[tuple[str, State]]:
    if state.hub != state.backup:
        if after := spend(state, "backups"):
            yield "hub backup", after._replace(backup=state.hub)
        if after := spend(state, "hub_restores"):
            yield "hub restored", after._replace(hub=state.backup)
    if state.backup and (after := spend(state, "hub_losses")):
        # what was purged is lost for good: no protocol brings it back, but it must be declared
        yield "hub restored empty", after._replace(hub=(), backup=(), backup_lost=True)
    if after := spend(state, "forgeries"):
        for edge in state.edges:
            upto = len(stream_of(edge, edge.jid).rows)
            if upto:
                yield "forgery", say(after, ("ack", edge.jid, upto, -1, upto))


def deliveries(state: State, message: tuple, rules: Rules) -> Iterator[tuple[str, State]]:
    kind = message[0]
    if kind == "batch":
        yield f"hub takes {message}", on_batch(state, message, rules)
    elif kind == "hello":
        yield f"hub answers {message}", on_hello(state, message, rules)
    elif kind == "ack":
        for index in range(len(state.edges)):
            yield f"edge {index} takes {message}", on_ack(state, index, message, rules)
    else:
        for index in range(len(state.edges)):
            yield f"edge {index} takes {message}", on_resume(state, index, message, rules)


def on_batch(state: State, message: tuple, rules: Rules) -> State:
    """Steps 2 to 6 of the hub, one durable transaction, then the acknowledgement."""
    _, jid, first, contents = message
    held = held_of(state.hub, jid)
    if first > held.have + 1 and rules.gap_refused:
        return state
    rows = dict(held.rows)
    for seq, content in enumerate(contents, first):
        rows.setdefault(seq, content)
    last = first + len(contents) - 1
    have = max(held.have, last)
    gaps = held.gaps - set(rows)
    new = Held(jid, tuple(sorted(rows.items())), have, gaps)
    ever = state.ever | {(jid, seq) for seq in rows}
    after = state._replace(hub=with_held(state.hub, new), ever=ever)
    return say(after, ("ack", jid, last, rows[last], backed(after, jid)))


def backed(state: State, jid: int) -> int:
    """`safe`: the prefix that is in the newest verified backup and still here."""
    return min(held_of(state.backup, jid).have, held_of(state.hub, jid).have)


def on_hello(state: State, message: tuple, rules: Rules) -> State:
    _, nonce, firsts = message
    hub = state.hub
    for jid, first in firsts:
        held = held_of(hub, jid)
        if first > held.have + 1:
            lost = set(range(held.have + 1, first)) if rules.gap_declared else set()
            hub = with_held(hub, held._replace(have=first - 1, gaps=held.gaps | lost))
    state = state._replace(hub=hub)
    told = tuple((jid, held_of(hub, jid).have, backed(state, jid)) for jid, _ in firsts)
    return say(state, ("resume", nonce, told))


def on_ack(state: State, index: int, message: tuple, rules: Rules) -> State:
    _, jid, upto, tag, safe = message
    edge = state.edges[index]
    stream = stream_of(edge, jid)
    if stream is None or upto > len(stream.rows) or upto <= stream.purged:
        return state
    if rules.tag_checked and stream.rows[upto - 1] != tag:
        return state
    better = stream._replace(acked=max(stream.acked, upto), safe=max(stream.safe, safe))
    return with_edge(state, index, with_stream(edge, better))


def on_resume(state: State, index: int, message: tuple, rules: Rules) -> State:
    _, nonce, told = message
    edge = state.edges[index]
    if rules.nonce_checked and nonce != edge.nonce:
        return state
    for jid, have, safe in told:
        stream = stream_of(edge, jid)
        if stream is None:
            continue
        if rules.resume_rewinds:
            stream = stream._replace(acked=min(stream.acked, have), safe=min(safe, have))
        edge = with_stream(edge, stream)
    return with_edge(state, index, edge._replace(nonce=0))


# ---- invariants ----


def broken(state: State) -> str | None:
    """The name of an invariant that this state breaks."""
    return copies_differ(state) or hub_broken(state) or edges_broken(state)


def copies_differ(state: State) -> str | None:
    """I1, I2: a number of an incarnation has one content, wherever it is."""
    seen: dict[tuple[int, int], int] = {}
    for jid, seq, content in copies(state):
        if seen.setdefault((jid, seq), content) != content:
            return "I2: copies differ"
    return None


def copies(state: State) -> Iterator[tuple[int, int, int]]:
    for edge in state.edges:
        for stream in edge.streams:
            for seq, content in enumerate(stream.rows, 1):
                yield stream.jid, seq, content
    for held in state.hub:
        for seq, content in held.rows:
            yield held.jid, seq, content
    for message in state.net:
        if message[0] == "batch":
            for seq, content in enumerate(message[3], message[2]):
                yield message[1], seq, content


def hub_broken(state: State) -> str | None:
    """I3: 1..have without undeclared gaps. I6: nothing counted twice."""
    contents: set[int] = set()
    for held in state.hub:
        rows = dict(held.rows)
        if any(n not in rows and n not in held.gaps for n in range(1, held.have + 1)):
            return "I3: undeclared gap"
        if contents & set(rows.values()):
            return "I6: counted twice"
        contents |= set(rows.values())
    return None


def edges_broken(state: State) -> str | None:
    """I4: acknowledged was held. I5: purged is in the backup. Nothing vanishes undeclared."""
    declared = {(held.jid, n) for held in state.hub for n in held.gaps}
    for edge in state.edges:
        for stream in edge.streams:
            unheld = {(stream.jid, n) for n in range(1, stream.acked + 1)} - state.ever
            if unheld - declared:
                return "I4: acknowledged but never held"
    kept = {(h.jid, n, c) for h in (*state.hub, *state.backup) for n, c in h.rows}
    kept |= {
        (s.jid, n, c)
        for edge in state.edges
        for s in edge.streams
        for n, c in enumerate(s.rows, 1)
        if n > s.purged
    }
    if not state.backup_lost and any(row not in kept for row in state.deleted):
        return "I5: purged but nowhere safe"
    return None


def heal(state: State, rules: Rules) -> State:
    """Everything works from now on: two rounds of hello, resume, batches and acknowledgements."""
    for _ in range(2):
        for index in range(len(state.edges)):
            state = _greet(state, index, rules)
            for jid in [stream.jid for stream in state.edges[index].streams]:
                state = _drain(state, index, jid, rules)
    return state


def _greet(state: State, index: int, rules: Rules) -> State:
    edge = state.edges[index]
    nonce = state.next_nonce
    state = with_edge(state, index, edge._replace(nonce=nonce))._replace(next_nonce=nonce + 1)
    firsts = tuple((s.jid, s.purged + 1) for s in edge.streams if s.rows)
    before = state.net
    state = on_hello(state, ("hello", nonce, firsts), rules)
    for answer in state.net - before:
        state = on_resume(state, index, answer, rules)
    return state


def _drain(state: State, index: int, jid: int, rules: Rules) -> State:
    stream = stream_of(state.edges[index], jid)
    first = max(stream.acked, stream.purged) + 1
    if first > len(stream.rows):
        return state
    state = on_batch(state, ("batch", jid, first, stream.rows[first - 1 :]), rules)
    for message in state.net:
        if message[0] == "ack":
            state = on_ack(state, index, message, rules)
    return state


def missing(state: State) -> str | None:
    """U3, U5: after healing the hub has what is still on a card, and says what is lost."""
    for edge in state.edges:
        for stream in edge.streams:
            held = held_of(state.hub, stream.jid)
            rows = dict(held.rows)
            for seq, content in enumerate(stream.rows, 1):
                if seq > stream.purged and rows.get(seq) != content:
                    return "U3: missing after healing"
                if seq not in rows and seq not in held.gaps:
                    return "U5: lost and not declared"
    return None


def explore(
    left: Left, rules: Rules = RULES, *, healing: bool = False, limit: int = 400_000
) -> Result:
    """Breadth first, so that the trace of a violation is a shortest one.

    With `healing`, every state is also healed, and the hub must then have everything.
    """
    first = initial(left)
    came: dict[State, tuple[State, str] | None] = {first: None}
    queue = deque([first])
    while queue:
        state = queue.popleft()
        name = broken(state)
        if name is None and healing:
            healed = heal(state, rules)
            name = missing(healed) or broken(healed)
        if name:
            return Result(len(came), Violation(name, state, trace(came, state)))
        for step, after in actions(state, rules):
            if after not in came:
                came[after] = (state, step)
                queue.append(after)
        if len(came) > limit:
            msg = f"more than {limit} states; tighten the bounds"
            raise AssertionError(msg)
    return Result(len(came), None)


def trace(came: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    steps: list[str] = []
    while (before := came[state]) is not None:
        state, step = before
        steps.append(step)
    return tuple(reversed(steps))
