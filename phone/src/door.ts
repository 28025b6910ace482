// The field door as the phone asks it. Every answer is a value: without a network nothing is thrown.
import type { SendPiece } from "./journal/photos";
import type { Send, Told } from "./journal/upload";
import type { Device, Pack } from "./pack/shapes";

/** Codes of our own: nobody answered; the network is there, and did not bring an answer in time. */
export const NOBODY = 0, SLOW = 1;
export type Reply<T> = { ok: true; value: T; ms: number } | { ok: false; code: number; retry_s: number | null };
/** Told the server's time with each answer that has it, and between which milliseconds of the phone's clock it was said. */
export type Timed = (served: number, asked: number, came: number) => Promise<void>;
/** Given up when for so long nothing comes; a slow answer that comes on may take as long as it needs. */
const PATIENCE = 30_000;

/** The whole text of an answer; `more` is called with each piece. */
async function read(reply: Response, more: () => void): Promise<string> {
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const piece = await reader?.read();
    if (!piece || piece.done) return text;
    text += piece.value;
    more();
  }
}

export class Door {
  constructor(private readonly timed: Timed) {}

  async #ask<T extends { served_at?: string }>(path: string, body: unknown, key?: string): Promise<Reply<T>> {
    const raw = body instanceof ArrayBuffer;
    const patience = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => patience.abort(), PATIENCE);
    };
    const asked = Date.now(), began = performance.now();
    wait();
    try {
      const headers: Record<string, string> = { "content-type": raw ? "application/octet-stream" : "application/json" };
      if (key) headers.authorization = `Bearer ${key}`;
      const reply = await fetch(`../${path}`, {
        method: "POST", headers, body: raw ? body : JSON.stringify(body), signal: patience.signal, credentials: "omit", cache: "no-store",
      });
      const text = await read(reply, wait);
      const ms = performance.now() - began;
      if (reply.ok) {
        const value = JSON.parse(text) as T;
        const served = Date.parse(value.served_at ?? "");
        if (served) await this.timed(served, asked, asked + ms);
        return { ok: true, value, ms };
      }
      const code = codeOf(text) ?? reply.status, after = Number(reply.headers.get("retry-after"));
      return { ok: false, code, retry_s: after > 0 ? after : null };
    } catch {
      return { ok: false, code: patience.signal.aborted && navigator.onLine ? SLOW : NOBODY, retry_s: null };
    } finally {
      clearTimeout(timer);
    }
  }

  enrol(token: string, name: string): Promise<Reply<Device>> {
    return this.#ask<Device & { served_at?: string }>("enrol", name ? { token, name } : { token });
  }

  pack(key: string, have: Record<string, string>): Promise<Reply<Pack>> {
    return this.#ask<Pack>("pack", { have }, key);
  }

  /** What `PhotoLoop` needs to send. */
  pieces(key: string): SendPiece {
    return ({ digest, entry, offset, size }, piece) =>
      this.#ask<{ held: number; done: boolean; served_at?: string }>(`photos/${digest}?entry=${entry}&offset=${offset}&size=${size}`, piece, key);
  }

  /** What `upload` needs to send; `heard` is told the code of each refusal, null when it was taken. */
  sender(key: string, heard: (code: number | null) => void): Send {
    return async (incarnation, entries) => {
      const reply = await this.#ask<Told & { served_at?: string }>("journal", { incarnation, entries }, key);
      heard(reply.ok ? null : reply.code);
      if (reply.ok) return { told: reply.value, reached: true, retry_s: null, ms: reply.ms };
      const reached = reply.code === SLOW || (reply.code === NOBODY && navigator.onLine);
      return { told: null, reached, retry_s: reply.retry_s, given_up: reply.code === SLOW };
    };
  }
}

function codeOf(text: string): number | null {
  try {
    return (JSON.parse(text) as { code?: number }).code ?? null;
  } catch {
    return null;
  }
}
