// Keeps sending: at once when something is new, after a wait that grows when nobody takes it.
import type { Store } from "./store";
import { delay, type Send, upload } from "./upload";

export class Loop {
  failures = 0;
  busy = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called whenever the entries may look different, `final` tells that sending more is useless. */
  constructor(readonly db: Store, readonly send: Send, readonly changed: () => Promise<void>, readonly final: () => boolean) {}

  /** Send all that waits, now. Calls while it is sending are taken together. */
  async wake(): Promise<void> {
    if (this.busy) { this.#again = true; return; }
    clearTimeout(this.#timer);
    this.busy = true;
    try {
      for (;;) {
        this.#again = false;
        const { left, answer } = await upload(this.db, this.send, Date.now());
        if (!answer) break;
        await this.changed();
        if (!answer.told) {
          if (!this.final()) this.#later(delay(this.failures++, answer.retry_s, Math.random()));
          break;
        }
        this.failures = 0;
        if (!left && !this.#again) break;
      }
    } finally {
      this.busy = false;
    }
    await this.changed();
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => void this.wake(), ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
