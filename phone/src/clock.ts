// The phone's clock as it runs: looked at every few seconds, remembered from one start of the app to the next.
import { recall, type Store } from "./journal/store";
import { doubtful, look, measured, type Moment, moment, server, type Stretch, type Time, unknown } from "./journal/time";

/** Between two looks of a phone that is awake; between two notes for the case that it ends without a word. */
const LOOK_MS = 5_000, NOTE_MS = 30_000;

/** `told` is given what a measurement says of the stretches of an era, before anything else is sent. */
export interface Around { told: (era: number, stretches: Stretch[]) => Promise<void>; jumped: () => void }

export class Clock {
  #time: Time;
  /** In sight since the last look. */
  #awake = false;
  #noted = 0;

  private constructor(private readonly db: Store, time: Time, private readonly around: Around) {
    this.#time = time;
  }

  static async start(db: Store, around: Around): Promise<Clock> {
    const wall = Date.now(), count = performance.now(), page = String(Math.random());
    const known = await recall<Time>(db, "time");
    const clock = new Clock(db, known ? look(known, wall, count, page, false) : unknown(wall, count, page), around);
    await clock.#note();
    setInterval(() => clock.#look(), LOOK_MS);
    document.addEventListener("visibilitychange", () => {
      clock.#awake = false;
      clock.#look();
      void clock.#note();
    });
    clock.#awake = true;
    return clock;
  }

  #look(): void {
    const wall = Date.now(), count = performance.now(), before = this.#time;
    // A timer that came late may have slept with the phone.
    const awake = this.#awake && document.visibilityState === "visible" && count - before.count < 4 * LOOK_MS;
    this.#time = look(before, wall, count, before.page, awake);
    this.#awake = document.visibilityState === "visible";
    if (this.#time.jumps !== before.jumps) queueMicrotask(this.around.jumped);
    if (this.#time.jumps !== before.jumps || Math.abs(wall - this.#noted) > NOTE_MS) void this.#note();
  }

  #note(): Promise<unknown> {
    this.#noted = this.#time.wall;
    return this.db.put("state", this.#time, "time");
  }

  /** The server's time, milliseconds. */
  now(): number {
    this.#look();
    return server(this.#time, this.#time.wall);
  }

  /** The time of something that is kept now. */
  moment(): Moment {
    this.#look();
    return moment(this.#time);
  }

  /** By how much the clock certainly jumped since it was measured, milliseconds; 0: it did not. */
  get jumped(): number {
    return moment(this.#time).jump_ms ?? 0;
  }

  get doubtful(): boolean {
    this.#look();
    return doubtful(this.#time);
  }

  /** The server said what time it is. */
  async heard(served: number, asked: number, came: number): Promise<void> {
    this.#look();
    const { era } = this.#time;
    const { time, stretches } = measured(this.#time, served, asked, came);
    this.#time = time;
    await this.#note();
    if (stretches) await this.around.told(era, stretches);
  }
}
