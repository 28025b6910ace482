// What time it is, although the phone's clock may be wrong or moved while nobody can ask the server. Pure.
//
// The server's time is the phone's clock and an offset, which every answer of the server measures. Between two answers
// the clock may jump: somebody sets it, or the network does. A second counter that nobody can set (performance.now)
// shows that, but it stands still while a phone sleeps, and begins anew with each page. So a jump back is certain, a jump
// ahead is certain on a phone that was awake, and anything else may have been sleep. What was noticed cuts the time since
// the last measurement into stretches; the next measurement tells how much the clock moved in all, and with that when
// what was kept in each stretch really happened.

/** Differences up to this are no jump: networks set clocks by seconds, and a busy phone looks late. */
export const SLACK_MS = 90_000;
/** An offset measured within that much is as good as any. */
const GOOD_MS = 2_000;
/** How far clocks run apart by themselves between two measurements. */
const DRIFT_MS = 1_000;

/**
 * The clock went ahead by so much against the counter (negative: back). `sure`: that was no sleep. `least`: the phone was
 * off, so that it went back by this or more.
 */
export interface Jump { by: number; sure: boolean; least?: boolean }

/** All that is known of the time. `offset`: server minus phone when it was measured, before the jumps; null: never. */
export interface Time {
  offset: number | null;
  error: number;
  jumps: Jump[];
  /** Counts the measurements that ended jumps, so that what was kept in a stretch is known by it. */
  era: number;
  /** The last look: the clock, the counter, and the page that the counter belongs to. */
  wall: number;
  count: number;
  page: string;
}

/** When something was kept: by which clock, in which stretch. */
export interface Stamp { wall: number; era: number; stretch: number }

/** The time of something that is kept now. `at`: the server's, milliseconds; `jump_ms`: the clock certainly jumped before. */
export interface Moment { at: number; offset_ms: number | null; jump_ms: number | null; clock: Stamp }

/** What a measurement tells of a stretch. `offset`: server minus phone in it; `jump`: what the clock had jumped by then. */
export interface Stretch { offset: number; jump: number; sure: boolean }

export function unknown(wall: number, count: number, page: string): Time {
  return { offset: null, error: Infinity, jumps: [], era: 0, wall, count, page };
}

/** Look at the clock. `awake`: the phone was in somebody's hands the whole time since the last look. */
export function look(time: Time, wall: number, count: number, page: string, awake: boolean): Time {
  const now = { ...time, wall, count, page };
  const same = page === time.page;
  const by = Math.round(wall - time.wall - (same ? count - time.count : 0));
  if (Math.abs(by) <= SLACK_MS) return now;
  const jump: Jump = by < 0 ? { by, sure: true, ...(same ? {} : { least: true }) } : { by, sure: same && awake };
  return { ...now, jumps: [...time.jumps, jump] };
}

/** The server's time at a moment of the phone's clock, as well as it is known: what is certain is taken out. */
export function server(time: Time, wall: number): number {
  return wall + (time.offset ?? 0) - certain(time.jumps);
}

/** By how much times are corrected now; null: it was never measured, and nothing was noticed. */
export function correction(time: Time): number | null {
  const jumped = certain(time.jumps);
  return time.offset === null && jumped === 0 ? null : (time.offset ?? 0) - jumped;
}

/** The moment of a look at the clock. */
export function moment(time: Time): Moment {
  const { wall, era } = time;
  return { at: server(time, wall), offset_ms: correction(time), jump_ms: certain(time.jumps) || null, clock: { wall, era, stretch: time.jumps.length } };
}

/** Tell whether the clock may have moved since it was last measured. */
export function doubtful(time: Time): boolean {
  return time.jumps.length > 0 || time.offset === null;
}

/** By how much the clock certainly jumped since it was measured; 0: it did not. */
export function certain(jumps: Jump[]): number {
  return jumps.reduce((sum, one) => sum + (one.sure ? one.by : 0), 0);
}

/**
 * The server said `served` to what was asked at `asked` and answered at `came`, both by the phone's clock. Returns what is
 * known from now on; and, where the clock may have jumped before, what that tells of each stretch, else null.
 */
export function measured(time: Time, served: number, asked: number, came: number): { time: Time; stretches: Stretch[] | null } {
  const offset = Math.round(served - (asked + came) / 2);
  const error = Math.abs(came - asked) / 2;
  const fresh: Time = { ...time, offset, error, jumps: [], era: time.era + 1 };
  const before = time.offset;
  if (before === null && !time.jumps.length) return { time: fresh, stretches: [{ offset, jump: 0, sure: true }] };
  const total = before === null ? certain(time.jumps) : before - offset;
  if (!time.jumps.length) {
    // However far it is: the phone's two counters agree, so that it was the server's clock that was set.
    const better = error <= Math.max(GOOD_MS, time.error) || Math.abs(total) > error + time.error + DRIFT_MS;
    return { time: better ? { ...time, offset, error } : time, stretches: null };
  }
  const first = before ?? offset + total;
  const parts = shared(time.jumps, total, error);
  let jump = 0;
  const stretches: Stretch[] = [{ offset: first, jump: 0, sure: true }];
  for (const [place] of time.jumps.entries()) {
    const last = place === time.jumps.length - 1;
    jump = parts ? jump + (parts[place] ?? 0) : total;
    stretches.push({ offset: last ? offset : first - jump, jump: Math.abs(jump) > SLACK_MS ? jump : 0, sure: last || parts !== null });
  }
  return { time: fresh, stretches };
}

/** How the jumps share what the clock moved in all; null where that cannot be told. */
function shared(jumps: Jump[], total: number, error: number): number[] | null {
  const parts = jumps.map((one) => one.sure ? one.by : 0);
  const rest = total - certain(jumps);
  const slack = SLACK_MS + error;
  if (Math.abs(rest) <= slack) return parts;
  const could = (fits: (one: Jump) => boolean) => {
    const places = [...jumps.keys()].filter((place) => fits(jumps[place] as Jump));
    return places.length === 1 ? places[0] : undefined;
  };
  const place = rest > 0
    ? could((one) => !one.sure && one.by + slack >= rest)  // what looked like sleep, as long as it lasted
    : could((one) => one.sure && one.by > 0 && Math.abs(one.by + rest) <= slack)  // it was sleep after all
      ?? could((one) => one.least === true)  // it went back while the phone was off, further than could be seen
      ?? could((one) => !one.sure);  // back as well, while it slept
  if (place === undefined) return null;
  parts[place] = (parts[place] ?? 0) + rest;
  return parts;
}
