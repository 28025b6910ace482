"""Breaking up and mending, compiled: whole trips are moved, strings taken out and put back, the better plan kept."""

from __future__ import annotations

import numpy as np
from numba import njit

from bulou.cases.dispatch.kernel import (
    G_CHAIRS,
    G_PEOPLE,
    G_PLACE,
    G_SEATS,
    G_STRETCHERS,
    LIMIT,
    V_CHAIRS,
    V_DEPOT,
    V_PLACE,
    V_SEATS,
    V_STRETCHERS,
    WHOLE,
    break_up,
    insert,
    order,
    price,
    settle,
    total,
)


@njit(cache=True)
def lift(v, trip, load, state, facts):
    """Take one trip by chance out of a vehicle's row; return how many groups, which ``trip`` then names."""
    rows, lengths, _prices, beds, _legs, _dirty, _whose, _absent = state
    gi = facts[0]
    n = lengths[v]
    start = np.random.randint(n)
    if rows[v, start] < 0:
        start -= 1
    while start > 0 and rows[v, start - 1] >= 0:
        start -= 1
    end = start
    load[:] = 0
    while rows[v, end] >= 0:
        g = rows[v, end]
        trip[end - start] = g
        load[0] += gi[g, G_PEOPLE]
        load[1] += gi[g, G_SEATS]
        load[2] += gi[g, G_CHAIRS]
        load[3] += gi[g, G_STRETCHERS]
        end += 1
    size = end - start
    beds[-1 - rows[v, end]] += load[0]
    for i in range(end + 1, n):
        rows[v, i - size - 1] = rows[v, i]
    lengths[v] = n - size - 1
    settle(v, price(v, rows[v], lengths[v], facts), state, facts)
    return size


@njit(cache=True)
def compose(row, own, m, at, trip, size, turned, f):
    """Write a vehicle's row with a trip put in at a turn."""
    row[:at] = own[:at]
    for i in range(size):
        row[at + i] = trip[size - 1 - i] if turned else trip[i]
    row[at + size] = -1 - f
    row[at + size + 1 : m + size + 1] = own[at:m]


@njit(cache=True)
def move_trip(state, facts, row, trip, load):
    """Move one trip to where it costs least: another vehicle, another turn, another facility; tell whether it went."""
    gi, _gf, to, by, fp, _ff, vi, _vf, travel, _back, _cleaning, _near = facts
    rows, lengths, prices, beds, _legs, _dirty, whose, _absent = state
    v = np.random.randint(rows.shape[0])
    for _try in range(200):
        if lengths[v] > 0:
            break
        v = np.random.randint(rows.shape[0])
    if lengths[v] == 0:
        return True
    size = lift(v, trip, load, state, facts)
    best, best_v, best_at, best_f, best_turned = LIMIT, -1, 0, 0, False
    for w in range(rows.shape[0]):
        m = lengths[w]
        if load[1] > vi[w, V_SEATS] or load[2] > vi[w, V_CHAIRS] or load[3] > vi[w, V_STRETCHERS]:
            continue
        able = m + size + 1 <= rows.shape[1]
        for i in range(size):
            able = able and by[trip[i], w]
        if not able:
            continue
        at = 0
        while True:
            before = vi[w, V_PLACE] if at == 0 else fp[-1 - rows[w, at - 1]]
            after = vi[w, V_DEPOT] if at >= m else gi[rows[w, at], G_PLACE]
            for f in range(fp.shape[0]):
                able = beds[f] >= load[0]
                for i in range(size):
                    able = able and to[trip[i], f]
                if not able:
                    continue
                for turned in (False, True):
                    a = trip[size - 1] if turned else trip[0]
                    z = trip[0] if turned else trip[size - 1]
                    more = travel[before, gi[a, G_PLACE]] + travel[gi[z, G_PLACE], fp[f]]
                    if more + travel[fp[f], after] - travel[before, after] >= best:
                        continue
                    compose(row, rows[w], m, at, trip, size, turned, f)
                    more = price(w, row, m + size + 1, facts) - prices[w]
                    if more < best:
                        best, best_v, best_at, best_f, best_turned = more, w, at, f, turned
            if at >= m:
                break
            while rows[w, at] >= 0:
                at += 1
            at += 1
    if best_v < 0:
        return False
    m = lengths[best_v]
    compose(row, rows[best_v], m, best_at, trip, size, best_turned, best_f)
    lengths[best_v] = m + size + 1
    rows[best_v, : m + size + 1] = row[: m + size + 1]
    beds[best_f] -= load[0]
    for i in range(size):
        whose[trip[i]] = best_v
    settle(best_v, prices[best_v] + best, state, facts)
    return True


@njit(cache=True)
def first(sequence, sorts, state, facts):
    """Put everybody somewhere, in an order that is given."""
    rows = state[0]
    row = np.empty(rows.shape[1] + 4, rows.dtype)
    seen, met, spot = np.zeros(sorts, np.bool_), np.zeros(rows.shape[0], np.bool_), np.zeros(3, np.int64)
    for v in range(rows.shape[0]):
        settle(v, price(v, rows[v], 0, facts), state, facts)
    for g in sequence:
        insert(g, state, facts, seen, row, spot, met)
    return total(state, facts)


@njit(cache=True)
def keep(source, target, dirty):
    """Copy the rows that have changed from one state to another."""
    for v in range(dirty.shape[0]):
        if dirty[v]:
            target[0][v] = source[0][v]
            target[1][v] = source[1][v]
            target[2][v] = source[2][v]
            target[4][v] = source[4][v]
    target[3][:] = source[3]
    target[6][:] = source[6]
    target[7][:] = source[7]


@njit(cache=True)
def mend(rounds, heat, sorts, state, old, best, lowest, facts):
    """Break up and mend ``rounds`` times at one temperature; return the lowest cost so far; its plan is in ``best``."""
    rows, _lengths, _prices, _beds, _legs, dirty, _whose, absent = state
    groups = absent.shape[0]
    row, trip = np.empty(rows.shape[1] + 4, rows.dtype), np.empty(rows.shape[1] + 4, rows.dtype)
    seen, gone = np.zeros(sorts, np.bool_), np.zeros(groups, np.bool_)
    touched, met = np.zeros(rows.shape[0], np.bool_), np.zeros(rows.shape[0], np.bool_)
    spot, load = np.zeros(3, np.int64), np.zeros(4, np.int64)
    out, key = np.empty(2 * groups, np.int64), np.empty(2 * groups, np.float64)
    dirty[:] = True
    keep(state, old, dirty)
    now = total(state, facts)
    unsaved = np.ones(rows.shape[0], np.bool_)
    for _turn in range(rounds):
        dirty[:] = False
        able = True
        if np.random.random() < WHOLE:
            able = move_trip(state, facts, row, trip, load)
        else:
            left = 0
            for g in range(groups):
                # of many for whom there is no place a few are tried each time
                if absent[g] and np.random.random() < 0.3:
                    out[left] = g
                    left += 1
            waiting = out[:left].copy()
            count = break_up(state, facts, gone, touched, out, trip)
            out[count : count + left] = waiting
            count += left
            for i in order(out, count, key, facts):
                insert(out[i], state, facts, seen, row, spot, met)
        then = total(state, facts)
        if able and then < now - heat * np.log(1 - np.random.random()):
            now = then
            keep(state, old, dirty)
            for v in range(rows.shape[0]):
                unsaved[v] = unsaved[v] or dirty[v]
            if then < lowest - 1e-6:
                lowest = then
                keep(state, best, unsaved)
                unsaved[:] = False
        else:
            keep(old, state, dirty)
    return lowest
