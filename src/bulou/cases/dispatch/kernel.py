"""The inner loop of planning trips, compiled: routes as rows of whole numbers, broken up and mended thousands of times.

A row is what a vehicle does in order: ``g >= 0`` fetches that group, ``-1 - f`` hands everybody on board over at
facility ``f``. Method: adjacent strings are taken out and put back greedily with blinks (slack induction by string
removals, Christiaens & Vanden Berghe 2020), whole trips are moved and led to another facility, and a worse plan is
accepted as in simulated annealing.

``facts``: (gi, gf, to, by, fp, ff, vi, vf, travel, back, cleaning, near), which never change; the columns are named
below, ``back`` is ``travel`` with rows and columns exchanged, so that what is read together lies together. ``state``:
(rows, lengths, prices, beds, legs, dirty, whose, absent); ``legs`` are the ways between the entries of a row, ``dirty``
the rows that differ from what they were at the beginning of a round.
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: Columns of groups: whole numbers, then seconds and costs.
G_PLACE, G_SEATS, G_CHAIRS, G_STRETCHERS, G_STATUS, G_PEOPLE = range(6)
G_READY, G_DUE, G_SERVICE, G_HANDOVER, G_WAIT, G_WAITED, G_ABSENT = range(7)
#: Columns of vehicles.
V_PLACE, V_DEPOT, V_SEATS, V_CHAIRS, V_STRETCHERS, V_USED, V_TRIPS, V_SORT = range(8)
V_START, V_LAST = range(2)
F_OPENS, F_CLOSES = range(2)
#: What breaks a time, and what no possible plan costs.
IMPOSSIBLE, LIMIT = 1e18, 1e15
#: The longest string, how many strings at most, how often a place is overlooked, how often a whole trip is moved.
STRING, STRINGS, BLINK, WHOLE = 10, 5, 0.01, 0.1
#: So many neighbours are asked first where a group could go.
ASKED = 12


@njit(cache=True)
def price(v, row, n, facts):
    """Return what a row costs (seconds of driving and priced waiting), ``IMPOSSIBLE`` where it breaks a time."""
    gi, gf, _to, _by, fp, ff, vi, vf, travel, _back, cleaning, _near = facts
    clock, here, soiled = vf[v, V_START], vi[v, V_PLACE], vi[v, V_USED] > 0
    cost, first, trips = 0.0, 0, 0
    for k in range(n):
        e = row[k]
        if e >= 0:
            if k == first:
                trips += 1
                if soiled:
                    clock += cleaning
            place = gi[e, G_PLACE]
            cost += travel[here, place]
            clock += travel[here, place]
            if clock < gf[e, G_READY]:
                clock = gf[e, G_READY]
            if clock > gf[e, G_DUE]:
                return IMPOSSIBLE
            clock += gf[e, G_SERVICE]
            here = place
        else:
            f = -1 - e
            cost += travel[here, fp[f]]
            clock += travel[here, fp[f]]
            here = fp[f]
            if clock < ff[f, F_OPENS]:
                clock = ff[f, F_OPENS]
            for i in range(first, k):
                g = row[i]
                if clock > ff[f, F_CLOSES]:
                    return IMPOSSIBLE
                clock += gf[g, G_HANDOVER]
                # the square: an hour at the end of a long wait costs more than one at its beginning
                waited = clock + gf[g, G_WAITED]
                cost += gf[g, G_WAIT] * waited * waited
            first, soiled = k + 1, True
    home = travel[here, vi[v, V_DEPOT]]
    if n > 0 and (clock + home > vf[v, V_LAST] or trips > vi[v, V_TRIPS]):
        return IMPOSSIBLE
    return cost + home


@njit(cache=True)
def settle(v, cost, state, facts):
    """Take note that a row has changed: its price and its legs."""
    gi, _gf, _to, _by, fp, _ff, vi, _vf, travel, _back, _cleaning, _near = facts
    rows, lengths, prices, _beds, legs, dirty, _whose, _absent = state
    here = vi[v, V_PLACE]
    for k in range(lengths[v]):
        e = rows[v, k]
        there = gi[e, G_PLACE] if e >= 0 else fp[-1 - e]
        legs[v, k] = travel[here, there]
        here = there
    legs[v, lengths[v]] = travel[here, vi[v, V_DEPOT]]
    prices[v], dirty[v] = cost, True


@njit(cache=True)
def put(row, n, at, entry):
    """Put an entry into a row."""
    for k in range(n, at, -1):
        row[k] = row[k - 1]
    row[at] = entry


@njit(cache=True)
def look(g, v, best, spot, state, facts, row):
    """Return the lowest cost below ``best`` of a group on a vehicle, else ``best``; ``spot``: vehicle, turn, facility.

    A place is tried only where the way alone, and the delay of all who come after, leave it a chance.
    """
    gi, gf, to, _by, fp, _ff, vi, _vf, travel, back, _cleaning, _near = facts
    rows, lengths, prices, beds, legs, _dirty, _whose, _absent = state
    place, people, n = gi[g, G_PLACE], gi[g, G_PEOPLE], lengths[v]
    away, home = travel[place], back[place]
    delayed = 0.0
    for k in range(n):
        if rows[v, k] >= 0:
            delayed += gf[rows[v, k], G_WAIT] * 3600
    start = 0
    while True:
        before = vi[v, V_PLACE] if start == 0 else fp[-1 - rows[v, start - 1]]
        after = vi[v, V_DEPOT] if start >= n else gi[rows[v, start], G_PLACE]
        for f in range(fp.shape[0]):
            if not to[g, f] or beds[f] < people:
                continue
            more = home[before] + away[fp[f]] + travel[fp[f], after] - legs[v, start]
            if more + delayed * (more + gf[g, G_SERVICE] + gf[g, G_HANDOVER]) >= best or np.random.random() < BLINK:
                continue
            row[:n] = rows[v, :n]
            put(row, n, start, g)
            put(row, n + 1, start + 1, -1 - f)
            more = price(v, row, n + 2, facts) - prices[v]
            if more < best:
                best, spot[0], spot[1], spot[2] = more, v, start, f
        if start >= n:
            return best
        end, seats, chairs, stretchers = start, gi[g, G_SEATS], gi[g, G_CHAIRS], gi[g, G_STRETCHERS]
        leaving = 0.0
        while rows[v, end] >= 0:
            other = rows[v, end]
            seats += gi[other, G_SEATS]
            chairs += gi[other, G_CHAIRS]
            stretchers += gi[other, G_STRETCHERS]
            leaving += gf[other, G_WAIT] * 3600
            end += 1
        f = -1 - rows[v, end]
        fits = seats <= vi[v, V_SEATS] and chairs <= vi[v, V_CHAIRS] and stretchers <= vi[v, V_STRETCHERS]
        if fits and to[g, f] and beds[f] >= people and gi[rows[v, start], G_STATUS] == gi[g, G_STATUS]:
            for at in range(start, end + 1):
                after = fp[f] if at == end else gi[rows[v, at], G_PLACE]
                more = home[before] + away[after] - legs[v, at]
                before = after
                if more + delayed * (more + gf[g, G_SERVICE]) >= best or np.random.random() < BLINK:
                    continue
                row[:n] = rows[v, :n]
                put(row, n, at, g)
                more = price(v, row, n + 1, facts) - prices[v]
                if more < best:
                    best, spot[0], spot[1], spot[2] = more, v, at, -1
        delayed -= leaving
        start = end + 1


@njit(cache=True)
def insert(g, state, facts, seen, row, spot, met):
    """Put a group where it costs least, at times overlooking a place; tell whether there was one."""
    gi, _gf, _to, by, _fp, _ff, vi, _vf, _travel, _back, _cleaning, near = facts
    rows, lengths, prices, beds, _legs, _dirty, whose, absent = state
    best, most = LIMIT, rows.shape[1]
    spot[0] = -1
    seen[:] = False
    met[:] = False
    # the vehicles of neighbours first: what they would cost spares most of the others a closer look
    for i in range(min(ASKED, near.shape[1])):
        v = whose[near[g, i]]
        if v >= 0 and not met[v] and by[g, v] and lengths[v] + 2 <= most:
            met[v] = True
            best = look(g, v, best, spot, state, facts, row)
    for v in range(rows.shape[0]):
        if met[v] or not by[g, v] or lengths[v] + 2 > most:
            continue
        if lengths[v] == 0:
            # of vehicles that are alike and empty the first one stands for all
            if seen[vi[v, V_SORT]]:
                continue
            seen[vi[v, V_SORT]] = True
        best = look(g, v, best, spot, state, facts, row)
    v = spot[0]
    absent[g] = v < 0
    if v < 0:
        return False
    put(rows[v], lengths[v], spot[1], g)
    lengths[v] += 1
    if spot[2] >= 0:
        put(rows[v], lengths[v], spot[1] + 1, -1 - spot[2])
        lengths[v] += 1
    whose[g] = v
    k = spot[1]
    while rows[v, k] >= 0:
        k += 1
    beds[-1 - rows[v, k]] -= gi[g, G_PEOPLE]
    settle(v, prices[v] + best, state, facts)
    return True


@njit(cache=True)
def drop(v, gone, state, facts):
    """Take the marked groups out of a vehicle's row, and trips that nobody is left on."""
    rows, lengths, _prices, beds, _legs, _dirty, whose, _absent = state
    gi = facts[0]
    out, first = 0, 0
    for k in range(lengths[v]):
        e = rows[v, k]
        if e >= 0:
            if not gone[e]:
                rows[v, out] = e
                out += 1
                continue
            whose[e] = -1
            end = k
            while rows[v, end] >= 0:
                end += 1
            beds[-1 - rows[v, end]] += gi[e, G_PEOPLE]
        else:
            if out > first:
                rows[v, out] = e
                out += 1
            first = out
    lengths[v] = out
    settle(v, price(v, rows[v], out, facts), state, facts)


@njit(cache=True)
def break_up(state, facts, gone, touched, out, own):
    """Take strings of neighbours out of the rows around a place; return how many groups, which ``out`` then names."""
    rows, lengths, _prices, _beds, _legs, _dirty, whose, _absent = state
    near = facts[11]
    count, strings = 0, 1 + np.random.randint(STRINGS)
    seed = np.random.randint(near.shape[0])
    for i in range(near.shape[1]):
        v = whose[near[seed, i]]
        if v < 0 or touched[v]:
            continue
        touched[v] = True
        size, at = 0, 0
        for k in range(lengths[v]):
            if rows[v, k] >= 0:
                if rows[v, k] == near[seed, i]:
                    at = size
                own[size] = rows[v, k]
                size += 1
        length = 1 + np.random.randint(min(STRING, size))
        low, high = max(0, at - length + 1), min(at, size - length)
        first = low + np.random.randint(high - low + 1)
        for k in range(first, first + length):
            gone[own[k]] = True
            out[count] = own[k]
            count += 1
        strings -= 1
        if strings == 0:
            break
    for v in range(rows.shape[0]):
        if touched[v]:
            drop(v, gone, state, facts)
            touched[v] = False
    for i in range(count):
        gone[out[i]] = False
    return count


@njit(cache=True)
def order(out, count, key, facts):
    """Return in which order groups are put back: by chance, large ones, far ones or grave ones first."""
    gi, gf, _to, _by, _fp, _ff, vi, _vf, travel, _back, _cleaning, _near = facts
    kind = np.random.randint(4)
    for i in range(count):
        g = out[i]
        if kind == 0:
            key[i] = np.random.random()
        elif kind == 1:
            key[i] = -gi[g, G_SEATS] + 0.1 * np.random.random()
        elif kind == 2:
            key[i] = -travel[gi[g, G_PLACE], vi[0, V_DEPOT]]
        else:
            key[i] = -gf[g, G_ABSENT]
    return np.argsort(key[:count])


@njit(cache=True)
def total(state, facts):
    """Return what a state costs: its rows, and those who are left out."""
    absent, cost = state[7], state[2].sum()
    for g in range(absent.shape[0]):
        if absent[g]:
            cost += facts[1][g, G_ABSENT]
    return cost


@njit(cache=True)
def seed_with(seed):
    """Begin the compiled code's own random numbers."""
    np.random.seed(seed)
