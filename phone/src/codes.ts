// What a scanned or typed text is: our own codes, and foreign ones by the adapters of the pack. Pure.
import type { Code } from "./pack/shapes";
import { isLabel } from "./roles/rules";
import { codesIn } from "./scan/clean";

export type Meaning =
  | { is: "person"; id: number } | { is: "household"; id: number } | { is: "label"; label: number }
  | { is: "card"; number: string } | { is: "enrol"; token: string } | { is: "sheet"; journal: number; line: number }
  | { is: "pass"; code: string } | { is: "foreign"; code: Code } | { is: "unknown"; text: string }
  /** More than one code at once: the scanner did not pause between them. */
  | { is: "several"; texts: string[] };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Tell whether the last character of an identity number checks the others (GB 11643). */
export function isIdNumber(text: string): boolean {
  if (!/^\d{17}[\dXx]$/.test(text)) return false;
  const total = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(text[place]), 0);
  return "10X98765432"[total % 11] === text[17]?.toUpperCase();
}

/**
 * Tell whether a text may hold an identity number: 15 digits in a row, however they are grouped or wide. Stricter than the
 * door, which refuses what surely is one: here the person can still mend it, also a number with a wrong digit.
 */
export function holdsIdNumber(text: string): boolean {
  return /\d{15}/.test(text.normalize("NFKC").replace(/[\s\p{P}]/gu, ""));
}

function id(text: string): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return value > 0 && Number.isSafeInteger(value) ? value : null;
}

/** The token in an enrolment address or alone; null where it is none. */
export function token(text: string): string | null {
  return /#enrol=([\w-]{20,})/i.exec(text)?.[1] ?? /^[\w-]{40,60}$/.exec(text.trim())?.[0] ?? null;
}

/** What a scanned text is. Only a whole code is one: nothing here looks for whom a part of it may mean. */
export function meaning(scanned: string, codes: Code[] = []): Meaning {
  const [text = "", ...more] = codesIn(scanned);
  if (more.length) return { is: "several", texts: [text, ...more] };
  // A Chinese keyboard writes other strokes, and a capitals lock capitals.
  const own = /^bulou:([ph])[/\\\u3001]\s*(\d+)$/i.exec(text);
  const number = own && id(own[2] ?? "");
  if (own && number) return { is: own[1]?.toLowerCase() === "p" ? "person" : "household", id: number };
  const pass = /^bulou:g[/\\\u3001]\s*([A-Z2-7]+)$/i.exec(text);
  if (pass) return { is: "pass", code: pass[1] ?? "" };
  if (/#enrol=/i.test(text)) {
    const found = token(text);
    if (found) return { is: "enrol", token: found };
  }
  for (const code of codes) {
    const part = matched(code.pattern, text);
    if (part === null) continue;
    const value = id(part);
    if (code.map === "label") return isLabel(part) ? { is: "label", label: Number(part) } : { is: "unknown", text: part };
    if (code.map === "person_id" && value) return { is: "person", id: value };
    if (code.map === "id_number") return { is: "card", number: part.toUpperCase() };
    return { is: "foreign", code };
  }
  if (isIdNumber(text)) return { is: "card", number: text.toUpperCase() };
  if (isLabel(text)) return { is: "label", label: Number(text) };
  const sheet = /^(\d+)-(\d{1,3})$/.exec(text);
  if (sheet && isLabel(sheet[1] ?? "")) return { is: "sheet", journal: Math.floor(Number(sheet?.[1]) / 10), line: Number(sheet?.[2]) };
  return { is: "unknown", text };
}

/** The group of an adapter's pattern, tried on the whole text; an adapter that this browser cannot read matches nothing. */
function matched(pattern: string, text: string): string | null {
  try {
    return new RegExp(`^(?:${pattern})$`).exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}
