// The app's memory while it runs: the journal, the pack and the screens' state; every act goes through here.
import { Clock } from "./clock";
import { Door, NOBODY, SLOW } from "./door";
import { Earlier } from "./earlier";
import { reported, type Room, room } from "./health";
import { Loop } from "./journal/loop";
import { slow } from "./journal/pace";
import { give, isFull } from "./journal/room";
import { type Photo, PhotoLoop, photosOf } from "./journal/photos";
import { type Act, append, type Kept, leave, open, recall, settle, type Store } from "./journal/store";
import type { Stretch } from "./journal/time";
import { type Figures, figures } from "./journal/upload";
import { type Double, doubles } from "./pack/doubles";
import { ask, expire, have, keep, wipe } from "./pack/keep";
import { GLANCE_MS, unheard, wait } from "./pack/news";
import { owedNow } from "./pack/owed";
import type { Campaign, Device, Head, Leaf, Owed } from "./pack/shapes";
import { everybody, type Hit, seen } from "./pack/view";
import { sealing, type Tube } from "./roles/rules";
import { type Said, Stopped } from "./said";
import { sound } from "./scan/signal";

/** The state of the phone is reported that often while the app is open, the pack asked for that often; where there is none. */
const MINUTE = 60_000, AGAIN_MS = 2_000, REPORT_MS = 30 * MINUTE, PACK_MS = 5 * MINUTE;

export class Session {
  device: Device | null = null;
  head: Head | null = null;
  leaves: Leaf[] = [];
  people = new Map<number, Hit>();
  owed: Owed[] = [];
  /** Who is in a tube of this phone and in another's; and of whom the person has been told. */
  doubles: Double[] = [];
  heeded: string[] = [];
  entries: Kept[] = [];
  photos: Photo[] = [];
  tube: Tube | null = null;
  said: Said | null = null;
  /** Code of the last refusal: 0 no network, 1 no answer in time, null none. */
  trouble: number | null = null;
  packTrouble: number | null = null;
  packAt: number | null = null;
  /** The last batch had to be cut for the line. */
  slow = false;
  closed = false;
  /** Somebody else numbers this journal too: nothing more is written into it. */
  cloned = false;
  /** The camera stays on from one screen to the next. */
  camera = false;
  storage: Room | null = null;
  /** The person was told that the browser may evict what the phone keeps. */
  warned = false;
  earlier: Earlier[] = [];
  lang = "zh";
  #update: (() => void) | null = null;
  #db: Store | null = null;
  #kept: Leaf[] = [];
  turn = 0;
  #choice: number | null = null;
  #loop: Loop | null = null;
  #photos: PhotoLoop | null = null;
  #sealing = false;
  #clock!: Clock;
  readonly #door = new Door((served, asked, came) => this.#clock.heard(served, asked, came));
  /** Of the asking for news: its timer, when the pack was last tried, how often in vain, until when the server wants peace. */
  #news: ReturnType<typeof setTimeout> | undefined;
  #tried = -Infinity;
  #failures = 0;
  #peace = -Infinity;
  #listeners = new Set<() => void>();

  private constructor(readonly root: Store) {}

  static async start(): Promise<Session> {
    const session = new Session(await open());
    const told = async (era: number, stretches: Stretch[]) => {
      for (const db of [session.#db, ...session.earlier.map((one) => one.db)]) if (db) await settle(db, era, stretches);
      await session.#reload();
    };
    session.#clock = await Clock.start(session.root, { told, jumped: () => session.#notify() });
    session.lang = (await recall<string>(session.root, "lang")) ?? "zh";
    session.warned = (await recall<boolean>(session.root, "warned")) === true;
    const devices = (await recall<Device[]>(session.root, "devices")) ?? [];
    if (devices[0]) await session.#take(devices[0]);
    for (const device of devices.slice(1)) await session.#remember(device);
    addEventListener("online", () => void session.sync());
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") void session.sync(GLANCE_MS); });
    setInterval(() => void session.#tick(), MINUTE);
    void session.sync(GLANCE_MS);
    return session;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  say(said: Said | null): void {
    this.said = said;
    if (said) sound(said.tone);
    this.#notify();
  }

  async speak(lang: string): Promise<void> {
    this.lang = lang;
    await this.root.put("state", lang, "lang");
    this.#notify();
  }

  /** The server's time, milliseconds, as well as the phone knows it. */
  now(): number {
    return this.#clock.now();
  }

  /** By how much the phone's clock jumped since the server's time was last heard, milliseconds. */
  get jumped(): number {
    return this.#clock.jumped;
  }

  /** Takes over the new version that waits; null: there is none. */
  get update(): (() => void) | null {
    return this.#update;
  }

  set update(run: (() => void) | null) {
    this.#update = run;
    this.#notify();
  }

  /** The code of the refusal, null when it went well. */
  async enrol(token: string, name: string): Promise<number | null> {
    const reply = await this.#door.enrol(token, name);
    if (!reply.ok) return reply.code;
    const devices = (await recall<Device[]>(this.root, "devices")) ?? [];
    await this.root.put("state", [reply.value, ...devices], "devices");
    this.#loop?.stop();
    // What is in hand goes on in the new journal: whoever has the phone has the tube.
    const tube = this.tube?.persons.length ? this.tube : null;
    const before = this.device;
    await this.#take(reply.value);
    if (tube) await this.hold(tube);
    if (before) await this.#remember(before);
    void navigator.storage?.persist?.().then(() => this.#measure());
    await this.refresh();
    await this.report();
    return null;
  }

  async #take(device: Device): Promise<void> {
    const db = await open(`bulou-${device.journal}`);
    [this.device, this.#db, this.trouble, this.packTrouble, this.said] = [device, db, null, null, null];
    const missing = () => { if (!this.head && performance.now() - this.#tried > AGAIN_MS) void this.refresh(); };
    const send = this.#door.sender(device.key, (code) => { this.trouble = code; if (code === null) missing(); });
    this.#photos?.stop();
    const photos = this.#photos = new PhotoLoop(db, this.#door.pieces(device.key), () => this.#reload(), () => this.now());
    this.#loop = new Loop(db, send, {
      changed: async () => { await this.#reload(); void photos.wake(); }, final: () => this.trouble === 401 || this.trouble === 402,
      ready: () => this.#timed(), now: () => this.now(),
    });
    [this.#tried, this.#failures, this.#peace] = [-Infinity, 0, -Infinity];
    await expire(db, this.now());
    await this.#reload();
  }

  /** Where the clock may have moved: ask for the time before anything is sent. False: nobody answers. */
  async #timed(): Promise<boolean> {
    if (!this.#clock.doubtful || !this.device) return true;
    let refusal: number | null = null;
    await this.#door.sender(this.device.key, (code) => { refusal = code; })(null, []);
    if (refusal !== NOBODY && refusal !== SLOW) return true;
    this.trouble = refusal;
    this.#notify();
    return false;
  }

  async #remember(device: Device): Promise<void> {
    const one = await Earlier.open(device, this.#door, this.#clock, () => this.#timed(), () => this.#notify(), (gone) => this.#forget(gone));
    this.earlier = [...this.earlier, one];
    if (one.tube && one.tube.label === this.tube?.label) await one.drop();
    this.#notify();
  }

  async #forget(gone: Earlier): Promise<void> {
    this.earlier = this.earlier.filter((one) => one !== gone);
    gone.end();
    const devices = (await recall<Device[]>(this.root, "devices")) ?? [];
    await this.root.put("state", devices.filter((one) => one.journal !== gone.device.journal), "devices");
    this.#notify();
  }

  async #reload(): Promise<void> {
    const db = this.#db;
    if (!db) return;
    if (this.trouble === 402) await wipe(db);
    [this.entries, this.photos] = [await db.getAll("entries"), await photosOf(db)];
    this.head = (await recall<Head>(db, "pack")) ?? null;
    this.#kept = await db.getAll("leaves");
    this.turn = (await recall<number>(db, "turn")) ?? 0;
    this.packAt = (await recall<number>(db, "asked")) ?? null;
    if (!this.#sealing) this.tube = (await recall<Tube>(db, "tube")) ?? null;
    this.#choice = (await recall<number>(db, "campaign")) ?? null;
    this.heeded = (await recall<string[]>(db, "heeded")) ?? [];
    this.closed = this.entries.some((one) => one.kind === "journal.closed") || (await recall<boolean>(db, "closed")) === true;
    this.cloned = (await recall<boolean>(db, "cloned")) === true;
    this.slow = slow((await recall<number>(db, "pace")) ?? Infinity);
    this.#look();
    this.#listen();
  }

  /** Something of people was confirmed: others may have said something of them too. Ask soon, while somebody looks. */
  #listen(): void {
    const due = () => !this.closed && unheard(this.entries, this.turn);
    if (this.#news !== undefined || !due()) return;
    const ms = Math.max(wait(this.#failures, performance.now() - this.#tried, Math.random()), this.#peace - performance.now());
    this.#news = setTimeout(() => {
      this.#news = undefined;
      // A phone in the pocket asks when it is taken out, one without a network when that comes back.
      if (due() && document.visibilityState === "visible" && navigator.onLine) void this.refresh();
    }, ms);
  }

  #look(): void {
    this.leaves = seen(this.#kept, this.entries, this.turn, this.device?.journal ?? 0, this.head?.lost, this.head?.single);
    this.people = everybody(this.leaves);
    this.owed = owedNow(this.head, this.entries, this.turn, this.device?.journal ?? 0);
    const known = new Set([...this.heeded, ...this.doubles.map((one) => one.key)]);
    this.doubles = doubles(this.#kept, this.entries, this.turn);
    if (this.doubles.some((one) => !known.has(one.key))) sound("warn");
    this.#notify();
  }

  get figures(): Figures {
    return figures(this.entries, this.now());
  }

  /** The round that is worked on: the one chosen, else the newest. */
  get campaign(): Campaign | null {
    const open = this.head?.campaigns ?? [];
    return open.find((one) => one.id === this.#choice) ?? open[0] ?? null;
  }

  async choose(campaign: number): Promise<void> {
    await this.#db?.put("state", campaign, "campaign");
    this.#choice = campaign;
    this.#notify();
  }

  /** Run it; where the phone is full, with the room that is held for this. */
  async #given<T>(work: () => Promise<T>): Promise<T> {
    return work().catch(async (error: unknown) => {
      if (!isFull(error) || !await give()) throw error;
      return work();
    });
  }

  /** Number the acts and keep them, with what `state` changes besides, and send when there is a network. */
  async act(acts: Act[] | ((first: number) => Act[]), state: Record<string, unknown> = {}): Promise<number> {
    const db = this.#db, at = this.#clock.moment();
    if (!db) throw new Error("no journal");
    if (this.cloned) throw new Stopped();
    const [first] = await this.#given(() => append(db, acts, at, { state }));
    this.entries = await db.getAll("entries");
    this.#look();
    void this.#loop?.wake();
    return first ?? 0;
  }

  /** The person has been told who is in two tubes: not again. */
  async heed(): Promise<void> {
    this.heeded = this.doubles.map((one) => one.key);
    this.#notify();
    await this.#db?.put("state", this.heeded, "heeded");
  }

  /** The person knows that the browser may evict what the phone keeps. */
  async warn(): Promise<void> {
    this.warned = true;
    this.#notify();
    await this.root.put("state", true, "warned");
  }

  /** Keep the tube in hand: nothing is reported until it is sealed. */
  async hold(tube: Tube | null): Promise<void> {
    this.tube = tube;
    this.#notify();
    await this.#given(async () => this.#db?.put("state", tube, "tube"));
  }

  /** Close the tube in hand, once. Returns it; null where there is none, or it is being closed. */
  async seal(): Promise<Tube | null> {
    const tube = this.tube;
    if (!tube?.persons.length || this.#sealing) return null;
    this.#sealing = true;
    try {
      await this.act([sealing(tube, this.head?.ranges, this.area)], { tube: null });
      this.tube = null;
    } finally {
      this.#sealing = false;
    }
    this.#notify();
    return tube;
  }

  /** Close a tube that an earlier enrolment left in hand, or let it go. */
  async settleTube(one: Earlier, seal: boolean): Promise<void> {
    await (seal ? one.seal(this.#clock) : one.drop());
    this.#notify();
  }

  /** Take an entry back. */
  async void(number: number, reason: string): Promise<void> {
    const entry = this.entries.find((one) => one.n === number);
    if (!entry || !this.device) return;
    await this.act([{ kind: "entry.voided", area: entry.area, body: { journal: this.device.journal, number, reason } }]);
  }

  /** All entries, for a file that somebody hands in; what went out with it stays as it is. */
  async file(one: Earlier | null): Promise<{ journal: number; entries: Kept[] }> {
    const db = one?.db ?? this.#db, device = one?.device ?? this.device;
    if (!db || !device) throw new Error("no journal");
    await leave(db);
    return { journal: device.journal, entries: await db.getAll("entries") };
  }

  /** Send what is kept, and fetch the pack where it is older than `fresh`, milliseconds. */
  async sync(fresh = PACK_MS): Promise<void> {
    for (const one of this.earlier) void one.loop.wake();
    const waiting = this.figures.oldest_s !== null;
    await this.#loop?.wake();
    // After a time without a network others may have said something of the same people.
    const back = waiting && this.figures.oldest_s === null;
    // Where there is none, as after a clock that ran ahead, nobody waits until the upload has ended.
    const old = !this.head || this.now() - (this.packAt ?? 0) > fresh;
    if (this.device && (back || (performance.now() >= this.#peace && old))) await this.refresh();
    await this.#measure();
  }

  async refresh(): Promise<void> {
    const db = this.#db;
    if (!this.device || !db || this.closed || this.trouble === 402) return;
    this.#tried = performance.now();
    const asked = this.now(), turn = await ask(db);
    const reply = await this.#door.pack(this.device.key, await have(db));
    this.#failures = reply.ok ? 0 : this.#failures + 1;
    if (!reply.ok && reply.retry_s !== null) this.#peace = this.#tried + reply.retry_s * 1000 * (1 + Math.random() / 2);
    this.packTrouble = reply.ok ? null : reply.code;
    // By the time as it is known now: the answer may have told that the clock was wrong.
    if (reply.ok) await keep(db, reply.value, turn, Math.min(asked, this.now() - (performance.now() - this.#tried)));
    else if (reply.code === 402 || reply.code === 403) await wipe(db);
    if (!reply.ok && reply.code === 402) this.trouble = 402;
    await this.#reload();
  }

  async #tick(): Promise<void> {
    if (this.#db && await expire(this.#db, this.now())) await this.#reload();
    const reports = this.entries.filter((one) => one.kind === "device.reported");
    const last = Date.parse(reports.at(-1)?.at ?? "") || 0;
    const wanted = this.device && !this.closed && !this.cloned && document.visibilityState === "visible";
    if (wanted && this.now() - last > REPORT_MS) await this.report();
    await this.sync();
    this.#notify();
  }

  async #measure(): Promise<Room> {
    this.storage = await room();
    this.#notify();
    return this.storage;
  }

  /** Where the phone itself is: the first of its areas. */
  get area(): number {
    return this.head?.ranges[0]?.[0] ?? this.entries.at(-1)?.area ?? 0;
  }
  async #state(): Promise<Act | null> {
    return this.area ? reported(this.area, this.entries, this.figures.oldest_s, await this.#measure()) : null;
  }

  /** Report how the phone is. */
  async report(): Promise<void> {
    const state = await this.#state();
    if (state) await this.act([state]);
  }

  /** End the journal: its last number is the one of the closing entry itself. Not with people in a tube in hand. */
  async close(): Promise<void> {
    const state = await this.#state();
    if (!state || !this.#db || this.closed || this.tube?.persons.length) return;
    this.closed = true;
    try {
      await this.act((first) => [state, { kind: "journal.closed", area: state.area, body: { last: first + 1 } }], { tube: null, closed: true });
      await wipe(this.#db);
    } finally {
      await this.#reload();
    }
  }
}
