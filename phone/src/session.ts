// The app's memory while it runs: the journal, the pack and the screens' state; every act goes through here.
import { enrol, pack, sender } from "./door";
import { Loop } from "./journal/loop";
import { free, give, hold, isFull } from "./journal/room";
import { type Act, append, type Kept, open, recall, type Store } from "./journal/store";
import { type Figures, figures, KEPT_MS } from "./journal/upload";
import { type Double, doubles } from "./pack/doubles";
import { expire, have, keep, wipe } from "./pack/keep";
import { GLANCE_MS, unheard, wait } from "./pack/news";
import type { Campaign, Device, Head, Leaf } from "./pack/shapes";
import { everybody, type Hit, seen } from "./pack/view";
import type { Tube } from "./roles/rules";
import { sound, type Tone } from "./scan/signal";

declare const VERSION: string;
const MINUTE = 60_000;
const SHORT_MB = 100;
/** The state of the phone is reported that often while the app is open, the pack asked for that often. */
const REPORT_MS = 30 * MINUTE, PACK_MS = 5 * MINUTE;

/** What the person is told: a colour, a word, a sentence; and what can be done about it. */
export interface Said { tone: Tone; word: string; text: string; acts?: { label: string; run: () => void }[] }
/** A journal of an earlier enrolment on this phone, of which something is kept. */
export interface Earlier { device: Device; db: Store; loop: Loop; unsent: number }
interface Battery { level: number }

export class Session {
  device: Device | null = null;
  head: Head | null = null;
  leaves: Leaf[] = [];
  people = new Map<number, Hit>();
  /** Who is in a tube of this phone and in another's; and of whom the person has been told. */
  doubles: Double[] = [];
  heeded: string[] = [];
  entries: Kept[] = [];
  tube: Tube | null = null;
  said: Said | null = null;
  /** Code of the last refusal: 0 no network, null none. */
  trouble: number | null = null;
  packTrouble: number | null = null;
  packAt: number | null = null;
  closed = false;
  /** The camera stays on from one screen to the next. */
  camera = false;
  storage: { free_mb: number | null; short: boolean } | null = null;
  earlier: Earlier[] = [];
  update: (() => void) | null = null;
  lang = "zh";
  #db: Store | null = null;
  #kept: Leaf[] = [];
  #asked = 0;
  #offset = 0;
  #choice: number | null = null;
  #loop: Loop | null = null;
  /** Of the asking for news: its timer, when the pack was last tried, how often in vain, until when the server wants peace. */
  #news: ReturnType<typeof setTimeout> | undefined;
  #tried = 0;
  #failures = 0;
  #peace = 0;
  #listeners = new Set<() => void>();

  private constructor(readonly root: Store) {}

  static async start(): Promise<Session> {
    const session = new Session(await open());
    session.lang = (await recall<string>(session.root, "lang")) ?? "zh";
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

  /** The code of the refusal, null when it went well. */
  async enrol(token: string, name: string): Promise<number | null> {
    const reply = await enrol(token, name);
    if (!reply.ok) return reply.code;
    const devices = (await recall<Device[]>(this.root, "devices")) ?? [];
    await this.root.put("state", [reply.value, ...devices], "devices");
    this.#loop?.stop();
    if (this.device) await this.#remember(this.device);
    await this.#take(reply.value);
    void navigator.storage?.persist?.();
    await this.refresh();
    await this.report();
    return null;
  }

  async #take(device: Device): Promise<void> {
    const db = await open(`bulou-${device.journal}`);
    [this.device, this.#db, this.trouble, this.packTrouble, this.said] = [device, db, null, null, null];
    const send = sender(device.key, (code) => { this.trouble = code; });
    this.#loop = new Loop(db, send, () => this.#reload(), () => this.trouble === 401 || this.trouble === 402);
    [this.#tried, this.#failures, this.#peace] = [0, 0, 0];
    await expire(db, Date.now());
    await this.#reload();
  }

  async #remember(device: Device): Promise<void> {
    const db = await open(`bulou-${device.journal}`);
    const entry: Earlier = { device, db, unsent: 0, loop: new Loop(db, sender(device.key, () => {}), () => count(), () => false) };
    const count = async () => {
      const entries = await db.getAll("entries");
      const now = Date.now();
      if (entries.every((one) => one.status === "confirmed" && now - (one.confirmed_at ?? now) > KEPT_MS)) return void this.#forget(entry);
      entry.unsent = entries.filter((one) => one.status === "waiting" || one.status === "sent").length;
      this.#notify();
    };
    await wipe(db);
    this.earlier = [...this.earlier, entry];
    await count();
  }

  /** Nothing of an earlier journal is needed any more: its database goes, and with it its key. */
  async #forget(gone: Earlier): Promise<void> {
    this.earlier = this.earlier.filter((one) => one !== gone);
    gone.loop.stop();
    gone.db.close();
    indexedDB.deleteDatabase(`bulou-${gone.device.journal}`);
    const devices = (await recall<Device[]>(this.root, "devices")) ?? [];
    await this.root.put("state", devices.filter((one) => one.journal !== gone.device.journal), "devices");
    this.#notify();
  }

  async #reload(): Promise<void> {
    const db = this.#db;
    if (!db) return;
    if (this.trouble === 402) await wipe(db);
    this.entries = await db.getAll("entries");
    this.head = (await recall<Head>(db, "pack")) ?? null;
    this.#kept = await db.getAll("leaves");
    this.#asked = (await recall<number>(db, "asked")) ?? 0;
    this.#offset = (await recall<number>(db, "offset")) ?? 0;
    this.packAt = this.#asked || null;
    this.tube = (await recall<Tube>(db, "tube")) ?? null;
    this.#choice = (await recall<number>(db, "campaign")) ?? null;
    this.heeded = (await recall<string[]>(db, "heeded")) ?? [];
    this.closed = this.entries.some((one) => one.kind === "journal.closed");
    this.#look();
    this.#listen();
  }

  /** Something of people was confirmed: others may have said something of them too. Ask soon, while somebody looks. */
  #listen(): void {
    const due = () => !this.closed && unheard(this.entries, this.#asked);
    if (this.#news !== undefined || !due()) return;
    const ms = Math.max(wait(this.#failures, Date.now() - this.#tried, Math.random()), this.#peace - Date.now());
    this.#news = setTimeout(() => {
      this.#news = undefined;
      // A phone in the pocket asks when it is taken out, one without a network when that comes back.
      if (due() && document.visibilityState === "visible" && navigator.onLine) void this.refresh();
    }, ms);
  }

  #look(): void {
    this.leaves = seen(this.#kept, this.entries, this.#asked, this.device?.journal ?? 0);
    this.people = everybody(this.leaves);
    const known = new Set([...this.heeded, ...this.doubles.map((one) => one.key)]);
    this.doubles = doubles(this.#kept, this.entries, this.#asked);
    if (this.doubles.some((one) => !known.has(one.key))) sound("warn");
    this.#notify();
  }

  get figures(): Figures {
    return figures(this.entries, Date.now() + this.#offset);
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

  /** Number the acts and keep them with the tube in hand as it is then, and send when there is a network. */
  async act(acts: Act[] | ((first: number) => Act[]), tube?: Tube | null | ((first: number) => Tube | null)): Promise<number> {
    if (!this.#db) throw new Error("no journal");
    let held = this.tube;
    const told = (first: number) => {
      if (tube !== undefined) held = typeof tube === "function" ? tube(first) : tube;
      const list = typeof acts === "function" ? acts(first) : acts;
      state.tube = held;
      return list;
    };
    const state: Record<string, unknown> = {};
    const db = this.#db, at = new Date();
    const [first] = await append(db, told, at, { state }).catch(async (error: unknown) => {
      if (!isFull(error) || !await give()) throw error;
      return append(db, told, at, { state });
    });
    this.tube = held;
    this.entries = await this.#db.getAll("entries");
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

  /** Keep the tube in hand: nothing is reported until it is sealed. */
  async hold(tube: Tube | null): Promise<void> {
    this.tube = tube;
    this.#notify();
    await this.#db?.put("state", tube, "tube");
  }

  /** Take an entry back. */
  async void(number: number, reason: string): Promise<void> {
    const entry = this.entries.find((one) => one.n === number);
    if (!entry || !this.device) return;
    await this.act([{ kind: "entry.voided", area: entry.area, body: { journal: this.device.journal, number, reason } }]);
  }

  /** Send what is kept, and fetch the pack where it is older than `fresh`, milliseconds. */
  async sync(fresh = PACK_MS): Promise<void> {
    for (const one of this.earlier) void one.loop.wake();
    const waiting = this.figures.oldest_s !== null;
    await this.#loop?.wake();
    // After a time without a network others may have said something of the same people.
    const back = waiting && this.figures.oldest_s === null;
    const now = Date.now();
    if (this.device && (back || (now >= this.#peace && now - (this.packAt ?? 0) > fresh))) await this.refresh();
    await this.#measure();
  }

  async refresh(): Promise<void> {
    const db = this.#db;
    if (!this.device || !db || this.closed || this.trouble === 402) return;
    const asked = this.#tried = Date.now();
    const reply = await pack(this.device.key, await have(db));
    this.#failures = reply.ok ? 0 : this.#failures + 1;
    if (!reply.ok && reply.retry_s !== null) this.#peace = asked + reply.retry_s * 1000 * (1 + Math.random() / 2);
    this.packTrouble = reply.ok ? null : reply.code;
    if (reply.ok) await keep(db, reply.value, asked, Date.now());
    else if (reply.code === 402 || reply.code === 403) await wipe(db);
    if (!reply.ok && reply.code === 402) this.trouble = 402;
    await this.#reload();
  }

  async #tick(): Promise<void> {
    if (this.#db && await expire(this.#db, Date.now())) await this.#reload();
    const reports = this.entries.filter((one) => one.kind === "device.reported");
    const last = Date.parse(reports.at(-1)?.at ?? "") || 0;
    if (this.device && !this.closed && document.visibilityState === "visible" && Date.now() - last > REPORT_MS) await this.report();
    await this.sync();
    this.#notify();
  }

  async #measure(): Promise<void> {
    const free_mb = free(await navigator.storage?.estimate?.());
    this.storage = { free_mb, short: !await hold() || (free_mb ?? Infinity) < SHORT_MB };
    this.#notify();
  }

  /** Where the phone itself is: the first of its areas. */
  get area(): number {
    return this.head?.ranges[0]?.[0] ?? this.entries.at(-1)?.area ?? 0;
  }

  async #state(): Promise<Act | null> {
    if (!this.area) return null;
    await this.#measure();
    const { oldest_s } = this.figures;
    const unsent = this.entries.filter((one) => one.status === "waiting" || one.status === "sent").length;
    const body: Record<string, unknown> = { unsent, app: VERSION };
    if (oldest_s !== null) body.oldest_unsent_s = oldest_s;
    if (this.storage && this.storage.free_mb !== null) body.storage_free_mb = this.storage.free_mb;
    const battery = await (navigator as { getBattery?: () => Promise<Battery> }).getBattery?.().catch(() => null);
    if (battery) body.battery_pct = Math.round(battery.level * 100);
    return { kind: "device.reported", area: this.area, body };
  }

  /** Report how the phone is. */
  async report(): Promise<void> {
    const state = await this.#state();
    if (state) await this.act([state]);
  }

  /** End the journal: its last number is the one of the closing entry itself. */
  async close(): Promise<void> {
    const state = await this.#state();
    if (!state || !this.#db) return;
    await this.act((first) => [state, { kind: "journal.closed", area: state.area, body: { last: first + 1 } }], null);
    await wipe(this.#db);
    await this.#reload();
  }
}
