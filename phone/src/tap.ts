// One act a tap: fingers that tap twice, and phones so slow that people tap again, mean it once. Pure.

/** The second tap of two comes that soon after, and that near. */
const TWICE_MS = 500, NEAR_PX = 28;

/** `keys`: pressed by a key; `on`: the button; `often`: one that is pressed in quick succession. */
export interface Tap { t: number; x: number; y: number; keys: boolean; on: unknown; often: boolean }

export class Taps {
  #last: Tap | null = null;

  /**
   * Tell whether a tap is the second of two. The screen may have changed in between, so that another button is under the
   * finger now: the place counts, of keys the button.
   */
  again(tap: Tap): boolean {
    const last = this.#last;
    this.#last = tap;
    if (!last || tap.t - last.t > TWICE_MS || tap.keys !== last.keys || (tap.often && tap.on === last.on)) return false;
    return tap.keys ? tap.on === last.on : Math.hypot(tap.x - last.x, tap.y - last.y) <= NEAR_PX;
  }
}

/** Hold the whole page to it. What may be pressed in quick succession says so: data-often. */
export function oneActATap(root: Document): void {
  const taps = new Taps();
  root.addEventListener("click", (event) => {
    const on = (event.target as Element | null)?.closest("button");
    if (!event.isTrusted || !on) return;
    const { timeStamp: t, clientX: x, clientY: y, detail } = event;
    if (taps.again({ t, x, y, keys: detail === 0, on, often: "often" in on.dataset })) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    // A button that a finger pressed has not the focus: the Enter of a scanner would press it again.
    if (detail > 0) on.blur();
  }, true);
  // Nor has a list that was chosen from: the letters of a scanner would choose again.
  root.addEventListener("change", (event) => { if (event.target instanceof HTMLSelectElement) event.target.blur(); }, true);
}
