// What scanners add to a code, taken away again: full width letters, the scanner's own prefixes, control characters, the
// same code twice. Pure; src/bulou/places/scans.py does the same at the desk, and phone/tests/scans.json holds both to it.

/** Between two codes: a line's end, a tab, or the prefix by which a scanner names the kind of code (AIM). */
const BETWEEN = /[\r\n\t]+|\][A-Za-z][0-9A-Za-z](?=\S)/;
/** What nobody sees: controls (GS, FNC1 and their pictures), marks of direction and width, the byte order mark. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2400-\u2426\ufeff]|<(?:GS|FNC1|RS|EOT)>/g;
/** A switch of the alphabet (ECI), which scanners write as a backslash and six digits. */
const SWITCH = /\\\d{6}/g;
/** Where one of our own codes, or an address, begins within a text. */
const BEGINS = /(?=bulou[:\uff1a])|(?=https?:\/\/)/i;
/** Digits that repeat are one code read twice only from this length on: shorter ones may be a number like 1818. */
const SHORTEST = 6;

/** The texts of the codes that came in one burst, each once, without what the scanner added. */
export function codesIn(scanned: string): string[] {
  const found: string[] = [];
  for (const part of scanned.normalize("NFKC").split(BETWEEN).flatMap((part) => part.split(BEGINS))) {
    const text = once(part.replace(SWITCH, "").replace(UNSEEN, "").trim());
    if (text && !found.includes(text)) found.push(text);
  }
  return found;
}

/** A text that is nothing but another one, several times in a row: that one. */
function once(text: string): string {
  for (let times = 4; times > 1; times -= 1) {
    const part = text.slice(0, text.length / times);
    if (text.length % times === 0 && part.length >= SHORTEST && part.repeat(times) === text && /\d/.test(part)) return part;
  }
  return text;
}

/**
 * Where digits are two labels without anything between, of a length that labels here have while the whole has not: both.
 * Two labels behind each other always pass the check digit of one long one.
 */
export function glued(digits: string, lengths: ReadonlySet<number>, isLabel: (text: string) => boolean): [string, string] | null {
  if (lengths.has(digits.length)) return null;
  for (const length of lengths) {
    const [one, two] = [digits.slice(0, length), digits.slice(length)];
    if (lengths.has(two.length) && isLabel(one) && isLabel(two)) return [one, two];
  }
  return null;
}
