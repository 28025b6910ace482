// Photos of this phone: kept with the entry that names them, sent piece by piece once it is confirmed, and gone on with
// from wherever it broke off. What a photo is called is the digest of its bytes.
import type { Reply } from "../door";
import { SLOW } from "../door";
import type { Store } from "./store";
import { delay, KEPT_MS } from "./upload";

/** Longest edge in pixels, and quality, of what is kept: the server makes none larger of it. */
const EDGE = 1920, QUALITY = 0.85;
/** Bytes of a piece: of the first one, of the least and the most. */
export const PIECE = 128 * 1024, LEAST = 16 * 1024, MOST = 512 * 1024;
/** The server has no such entry (any more); it is no photo. */
const UNNAMED = 416, NO_PHOTO = 415;

/** A photo as it was taken, before an entry names it. */
export interface Taken { digest: string; bytes: ArrayBuffer }
/** What the phone knows of a photo; its bytes lie beside. `held`: bytes that the server has; `entry`: the number of the entry that names it, once that is known. */
export interface Photo { digest: string; size: number; held: number; entry: number | null; state: "waiting" | "sent" | "refused"; code: number | null; at: number }
export type SendPiece = (photo: { digest: string; entry: number; offset: number; size: number }, piece: ArrayBuffer) => Promise<Reply<{ held: number; done: boolean }>>;

const KEY = "photo.", BYTES = "bytes.";

/** Make of a file what is kept: upright, not too large, without what a camera writes beside the picture. */
export async function taken(file: Blob): Promise<Taken> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, EDGE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("no picture");
  // The same picture may be shown with two duties: each taking is a photo of its own, by a few bytes behind its end.
  const bytes = await new Blob([blob, crypto.getRandomValues(new Uint8Array(8))]).arrayBuffer();
  return { digest: await digestOf(bytes), bytes };
}

export async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What is kept together with the entry that names the photos: all of it or nothing. `at`: the server's time. */
export function kept(photos: Taken[], at: number): Record<string, unknown> {
  return Object.fromEntries(photos.flatMap(({ digest, bytes }) => {
    const photo: Photo = { digest, size: bytes.byteLength, held: 0, entry: null, state: "waiting", code: null, at };
    return [[KEY + digest, photo], [BYTES + digest, bytes]];
  }));
}

/** The photos that the phone knows of, the earliest first. */
export async function photosOf(db: Store): Promise<Photo[]> {
  const found = (await db.getAll("state", IDBKeyRange.bound(KEY, `${KEY}\uffff`))) as Photo[];
  return found.sort((a, b) => a.at - b.at || (a.digest < b.digest ? -1 : 1));
}

async function put(db: Store, photo: Photo): Promise<void> {
  const tx = db.transaction("state", "readwrite");
  await tx.store.put(photo, KEY + photo.digest);
  if (photo.state !== "waiting") await tx.store.delete(BYTES + photo.digest);
  await tx.done;
}

async function drop(db: Store, photo: Photo): Promise<void> {
  const tx = db.transaction("state", "readwrite");
  await tx.store.delete(KEY + photo.digest);
  await tx.store.delete(BYTES + photo.digest);
  await tx.done;
}

/** Bring photos to what became of their entries: which names them, whether it was taken back; what is long sent goes. Returns those whose entry is confirmed. */
export async function settled(db: Store, now: number): Promise<Photo[]> {
  const entries = await db.getAll("entries"), ready: Photo[] = [];
  const voided = new Set(entries.filter((one) => one.kind === "entry.voided").map((one) => one.body.number));
  for (const photo of await photosOf(db)) {
    const naming = entries.filter((one) => Object.values(one.body).some((value) => Array.isArray(value) && value.includes(photo.digest)));
    const entry = naming.find((one) => !voided.has(one.n)) ?? naming[0];
    if (photo.state !== "waiting") {
      if (now - photo.at > KEPT_MS) await drop(db, photo);
    } else if (entry && voided.has(entry.n)) await drop(db, photo);
    else if (entry?.status === "refused") await put(db, { ...photo, state: "refused", code: entry.code });
    else {
      const number = entry?.n ?? photo.entry;  // an entry goes a week after it was confirmed; its photo may still wait
      if (number !== photo.entry) await put(db, { ...photo, entry: number });
      if (number !== null && (!entry || entry.status === "confirmed")) ready.push({ ...photo, entry: number });
    }
  }
  return ready;
}

/** Sends photos, one after the other, for as long as somebody takes them. */
export class PhotoLoop {
  failures = 0;
  #busy = false;
  #again = false;
  #size = PIECE;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly db: Store, readonly send: SendPiece, readonly changed: () => Promise<void>, readonly now: () => number) {}

  async wake(): Promise<void> {
    if (this.#busy) { this.#again = true; return; }
    clearTimeout(this.#timer);
    this.#busy = true;
    try {
      do {
        this.#again = false;
        for (const photo of await settled(this.db, this.now())) if (!await this.#one(photo)) return;
      } while (this.#again);
    } finally {
      this.#busy = false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Send one photo to its end. False: nobody takes more for now. */
  async #one(photo: Photo): Promise<boolean> {
    const bytes = (await this.db.get("state", BYTES + photo.digest)) as ArrayBuffer | undefined;
    if (!bytes || photo.entry === null) return true;
    let { held } = photo;
    for (;;) {
      const piece = bytes.slice(held, held + this.#size);
      const reply = await this.send({ digest: photo.digest, entry: photo.entry, offset: held, size: photo.size }, piece);
      if (reply.ok) {
        this.failures = 0;
        held = reply.value.held;
        if (reply.ms < 2_000) this.#size = Math.min(MOST, this.#size * 2);
        await put(this.db, { ...photo, held, state: reply.value.done ? "sent" : "waiting", at: reply.value.done ? this.now() : photo.at });
        await this.changed();
        if (reply.value.done) return true;
      } else if (reply.code === NO_PHOTO) {
        await put(this.db, { ...photo, state: "refused", code: reply.code });
        await this.changed();
        return true;
      } else {
        if (reply.code === SLOW) this.#size = Math.max(LEAST, this.#size / 2);
        if (reply.code === 401 || reply.code === 402) return false;
        this.#timer = setTimeout(() => void this.wake(), delay(this.failures++, reply.retry_s, Math.random()));
        return reply.code === UNNAMED;  // its entry is not there (yet): the others need not wait for it
      }
    }
  }
}
