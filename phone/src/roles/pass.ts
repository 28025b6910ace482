// What a gate knows of a pass: read from its code or found on the list, held to time, place, use and signature. Pure but
// for the signature, which the browser itself checks. src/bulou/zones/passes/code.py writes the same bytes.
import type { Kept } from "../journal/store";
import type { Gate, GatePass } from "../pack/shapes";
import { living } from "../pack/view";

/** Bytes of the content and of the signature behind it. */
const SIZE = 46, SIGNATURE = 64, VERSION = 1;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PURPOSE = new TextEncoder().encode("bulou-pass-1\n");
/** The last 12 bits of an area are the building: a pass counts in a whole compound. */
const BUILDING = 4095;
/** An older list is told as such, milliseconds. */
export const OLD_MS = 60 * 60_000;

export type Why = "unknown" | "forged" | "early" | "over" | "revoked" | "used" | "elsewhere" | "not_listed";
/** What a code says. Times in milliseconds. */
export interface Content { key: string; household: number; occasion: number; area: number; issued: number; starts: number; ends: number; sort: number; uses: number; initials: string }
/** A pass as the gate shows it. `outside`: who has it is out and comes back. */
export interface Shown { household: number; occasion: number; number: string; sort: string; ends: number; uses: number; out: number; outside: boolean; initials: string }
export interface Verdict { why: Why | null; pass: Shown | null; unsigned?: boolean }

function bytes(text: string): Uint8Array<ArrayBuffer> | null {
  const out = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0, held = 0, at = 0;
  for (const letter of text.toUpperCase()) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) out[at++] = (held >> (bits -= 8)) & 0xff;
  }
  return out;
}

function number(raw: Uint8Array, at: number, length: number): number {
  return raw.subarray(at, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The content of a code with the bytes that were signed; null: not such a code. */
export function parsed(text: string): { content: Content; signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } | null {
  const raw = bytes(text);
  if (!raw || raw.length !== SIZE + SIGNATURE || raw[0] !== VERSION) return null;
  const time = (at: number) => number(raw, at, 4) * 1000;
  const content = {
    key: [...raw.subarray(1, 3)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    household: number(raw, 3, 8), occasion: number(raw, 11, 8), area: number(raw, 19, 8), issued: time(27), starts: time(31), ends: time(35),
    sort: raw[39] ?? 0, uses: raw[40] ?? 0, initials: String.fromCharCode(...raw.subarray(41, 46)).replaceAll("\0", ""),
  };
  return { content, signed: raw.slice(0, SIZE), signature: raw.slice(SIZE) };
}

/** Whether the installation's key signed it; null where this browser cannot tell. */
export async function signed(raw: string, content: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean | null> {
  try {
    const key = await crypto.subtle.importKey("raw", Uint8Array.from(atob(raw), (char) => char.charCodeAt(0)), { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, new Uint8Array([...PURPOSE, ...content]));
  } catch {
    return null;
  }
}

/** The number of a pass as it is printed: journal and entry by which it was asked for. */
export function numberOf(occasion: number): string {
  const rest = occasion - 2 ** 52;
  return `P${Math.floor(rest / 2 ** 24)}-${rest % 2 ** 24}`;
}

/** What this phone recorded of a pass and the list does not know yet, the oldest first. */
function own(entries: Kept[], turn: number, occasion: number): string[] {
  const fresh = (one: Kept) => one.status === "waiting" || one.status === "sent" || (one.status === "confirmed" && (one.turn ?? 0) >= turn);
  return living(entries).filter((one) => one.kind === "pass.passed" && one.body.occasion === occasion && fresh(one)).map((one) => String(one.body.way));
}

function shown(known: GatePass | undefined, content: Content | null, gate: Gate, entries: Kept[], turn: number): Shown {
  const occasion = known?.occasion ?? content?.occasion ?? 0;
  const ways = own(entries, turn, occasion);
  return {
    household: known?.household ?? content?.household ?? 0, occasion, number: known?.number ?? numberOf(occasion),
    sort: known?.sort ?? gate.sorts[content?.sort ?? 0]?.name ?? "", ends: known?.ends ? Date.parse(known.ends) : content?.ends ?? 0,
    uses: known?.uses ?? content?.uses ?? 0, out: (known?.out ?? 0) + ways.filter((way) => way === "out").length,
    outside: ways.length ? ways.at(-1) === "out" : known?.outside ?? false, initials: known?.initials ?? content?.initials ?? "",
  };
}

export interface Here { gate: Gate; ranges: [number, number][]; entries: Kept[]; turn: number; now: number; listAt: number }

/**
 * Whether somebody is let out on a code. `genuine`: what became of the signature, null where the browser cannot tell: then
 * only what stands on the list counts.
 */
export function judged(content: Content, genuine: boolean | null, here: Here): Verdict {
  const { gate } = here;
  const known = gate.passes.find((one) => one.occasion === content.occasion);
  if (genuine === false || (gate.key && gate.key.id !== content.key)) return { why: "forged", pass: null };
  const pass = shown(known, content, gate, here.entries, here.turn);
  if (gate.revoked.includes(content.occasion)) return { why: "revoked", pass };
  if (!here.ranges.some(([lo, hi]) => lo <= content.area + BUILDING && content.area <= hi)) return { why: "elsewhere", pass };
  if (here.now < content.starts) return { why: "early", pass };
  if (here.now >= content.ends) return { why: "over", pass };
  if (!known && (content.issued < here.listAt || genuine === null)) return { why: "not_listed", pass };
  return { why: pass.uses && pass.out >= pass.uses ? "used" : null, pass, unsigned: genuine === null };
}

/** The same by the printed number, which counts where it stands on the list. */
export function byNumber(text: string, here: Here): Verdict {
  const number = text.normalize("NFKC").trim().toUpperCase().replaceAll(/\s/g, "");
  const known = here.gate.passes.find((one) => one.number === number || one.number === `P${number}`);
  if (!known) {
    const gone = here.gate.revoked.find((one) => numberOf(one) === number || numberOf(one) === `P${number}`);
    return gone ? { why: "revoked", pass: shown(undefined, { ...EMPTY, occasion: gone }, here.gate, here.entries, here.turn) } : { why: "unknown", pass: null };
  }
  const pass = shown(known, null, here.gate, here.entries, here.turn);
  if (known.starts && here.now < Date.parse(known.starts)) return { why: "early", pass };
  if (!known.ends || here.now >= Date.parse(known.ends)) return { why: "over", pass };
  return { why: pass.uses && pass.out >= pass.uses ? "used" : null, pass };
}

const EMPTY: Content = { key: "", household: 0, occasion: 0, area: 0, issued: 0, starts: 0, ends: 0, sort: 0, uses: 0, initials: "" };

/** The day's passages, refusals and emergencies of this phone, the newest first. */
export function today(entries: Kept[], now: number): Kept[] {
  const begin = new Date(now).setHours(0, 0, 0, 0);
  return living(entries).filter((one) => ["pass.passed", "gate.let_out", "gate.turned_away"].includes(one.kind) && Date.parse(one.at) >= begin).reverse();
}
