// Scanners that type: their keys come faster than fingers, and end with Enter. Pure.
const GAP_MS = 60;
const SHORTEST = 3;

export class Wedge {
  #text = "";
  #last = -Infinity;

  /** Take a key pressed at `t`, milliseconds; return the text when a scanner has just ended one. */
  key(key: string, t: number): string | null {
    const quick = t - this.#last <= GAP_MS;
    this.#last = t;
    if (key === "Enter") {
      const text = quick ? this.#text : "";
      this.#text = "";
      return text.length >= SHORTEST ? text : null;
    }
    if (key.length === 1) this.#text = (quick ? this.#text : "") + key;
    return null;
  }

  /** How many characters of the present burst have come: so many may stand in a field that had the focus. */
  get length(): number {
    return this.#text.length;
  }
}
