// The field door as the phone asks it. Every answer is a value: without a network nothing is thrown.
import type { Send, Told } from "./journal/upload";
import type { Device, Pack } from "./pack/shapes";

/** `code` 0: nobody answered. */
export type Reply<T> = { ok: true; value: T } | { ok: false; code: number; retry_s: number | null };
const PATIENCE = 30_000;

async function ask<T>(path: string, body: unknown, key?: string): Promise<Reply<T>> {
  try {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (key) headers.authorization = `Bearer ${key}`;
    const reply = await fetch(`../${path}`, {
      method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE), credentials: "omit", cache: "no-store",
    });
    if (reply.ok) return { ok: true, value: (await reply.json()) as T };
    const told = (await reply.json().catch(() => ({}))) as { code?: number };
    const wait = Number(reply.headers.get("retry-after"));
    return { ok: false, code: told.code ?? reply.status, retry_s: wait > 0 ? wait : null };
  } catch {
    return { ok: false, code: 0, retry_s: null };
  }
}

export function enrol(token: string, name: string): Promise<Reply<Device>> {
  return ask<Device>("enrol", name ? { token, name } : { token });
}

export function pack(key: string, have: Record<string, string>): Promise<Reply<Pack>> {
  return ask<Pack>("pack", { have }, key);
}

/** What `upload` needs to send; `heard` is told the code of each refusal, 0 where nobody answered, null when taken. */
export function sender(key: string, heard: (code: number | null) => void): Send {
  return async (incarnation, entries) => {
    const reply = await ask<Told>("journal", { incarnation, entries }, key);
    heard(reply.ok ? null : reply.code);
    if (reply.ok) return { told: reply.value, reached: true, retry_s: null };
    return { told: null, reached: reply.code === 0 && navigator.onLine, retry_s: reply.retry_s };
  };
}
