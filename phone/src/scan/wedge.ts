// Scanners that type: their keys come faster than fingers, and end with Enter or Tab. Pure.
const GAP_MS = 60;
const SHORTEST = 3;
/** A line's end after the Enter belongs to the same code. */
const TAIL_MS = 400;
/** Enter after a letter by so much is the end of something typed or scanned, never a wish to press a button. */
const TYPED_MS = 1_500;
/** The same code again so soon is the scanner's stutter. */
const STUTTER_MS = 1_200;

/** Where a key goes: into a field that takes text, onto something that Enter would press, or nowhere. */
export type Target = "field" | "button" | "none";
/** What to do about a key. `text`: a code has ended; `typed`: so many of its characters may stand in the field. */
export interface Heard { stop: boolean; text: string | null; typed: number }

const GO: Heard = { stop: false, text: null, typed: 0 };
const STOP: Heard = { stop: true, text: null, typed: 0 };

export class Wedge {
  #text = "";
  #last = -Infinity;
  #letter = -Infinity;
  #ended = -Infinity;

  /** Take a key pressed at `t`, milliseconds; `chord`: with Control or the like, as scanners type control characters. */
  key(key: string, t: number, target: Target, chord = false): Heard {
    const quick = t - this.#last <= GAP_MS;
    const burst = quick && this.#text.length > 0;
    if (key === "Shift" || key === "CapsLock") return GO;
    this.#last = t;
    if (chord) return burst ? STOP : GO;
    if (key === "Enter" || key === "Tab") {
      const text = burst ? this.#text : "";
      this.#text = "";
      // Two fingers can press a letter and Enter almost at once; into a field only.
      if (text.length >= (target === "field" ? SHORTEST : 1)) {
        this.#ended = t;
        return { stop: true, text, typed: text.length };
      }
      if (t - this.#ended <= TAIL_MS) return STOP;
      return key === "Enter" && target === "button" && t - this.#letter <= TYPED_MS ? STOP : GO;
    }
    if (key.length !== 1) return GO;
    this.#text = (quick ? this.#text : "") + key;
    // The space bar presses what has the focus, and letters choose from a list.
    const within = this.#text.length > 1 || (key === " " && t - this.#letter <= TYPED_MS);
    if (key !== " " || within) this.#letter = t;
    return target === "button" && within ? STOP : GO;
  }
}

/** Of all that is heard of scanners, on whichever screen: the same code again at once is not heard. */
export class Stutter {
  #text = "";
  #at = -Infinity;

  fresh(text: string, t: number): boolean {
    const again = text === this.#text && t - this.#at <= STUTTER_MS;
    [this.#text, this.#at] = [text, t];
    return !again;
  }

  /** Somebody did something else: the same code now is meant. */
  forget(): void {
    this.#text = "";
  }
}
