// Keeps sending: at once when something is new, after a wait that grows when nobody takes it.
import type { Store } from "./store";
import { delay, type Send, unanswered, upload } from "./upload";

/** `changed` is called whenever the entries may look different, `final` tells that sending more is useless. */
export interface Around {
  changed: () => Promise<void>;
  final: () => boolean;
  /** Before something is sent: see to it that its times are right. False: nobody answers. */
  ready: () => Promise<boolean>;
  /** The server's time. */
  now: () => number;
}

export class Loop {
  failures = 0;
  busy = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly db: Store, readonly send: Send, readonly around: Around) {}

  /** Send all that waits, now. Calls while it is sending are taken together. */
  async wake(): Promise<void> {
    if (this.busy) { this.#again = true; return; }
    clearTimeout(this.#timer);
    this.busy = true;
    try {
      for (;;) {
        this.#again = false;
        if ((await unanswered(this.db)).length && !this.around.final() && !await this.around.ready()) {
          this.#later(delay(this.failures++, null, Math.random()));
          break;
        }
        const { left, answer } = await upload(this.db, this.send, this.around.now);
        if (!answer) break;
        await this.around.changed();
        if (!answer.told) {
          if (!this.around.final()) this.#later(delay(this.failures++, answer.retry_s, Math.random()));
          break;
        }
        this.failures = 0;
        if (!left && !this.#again) break;
      }
    } finally {
      this.busy = false;
    }
    await this.around.changed();
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => void this.wake(), ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
