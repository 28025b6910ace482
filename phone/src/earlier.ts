// Journals of earlier enrolments on this phone, of which something is kept: what they have is still sent.
import type { Clock } from "./clock";
import type { Door } from "./door";
import { Loop } from "./journal/loop";
import { PhotoLoop, photosOf } from "./journal/photos";
import { append, open, recall, type Store } from "./journal/store";
import { KEPT_MS } from "./journal/upload";
import { wipe } from "./pack/keep";
import type { Device } from "./pack/shapes";
import { sealing, type Tube } from "./roles/rules";

export class Earlier {
  unsent = 0;
  photos = 0;
  /** A tube that was in hand when the next enrolment began. */
  tube: Tube | null = null;

  private constructor(readonly device: Device, readonly db: Store, readonly loop: Loop, readonly pictures: PhotoLoop) {}

  /** Open it, and forget its people. `over` is called when nothing of it is needed any more. */
  static async open(device: Device, door: Door, clock: Clock, ready: () => Promise<boolean>, changed: () => void, over: (one: Earlier) => Promise<void>): Promise<Earlier> {
    const db = await open(`bulou-${device.journal}`);
    const heard = async () => { if (await one.#count(clock.now())) await over(one); else changed(); };
    const pictures = new PhotoLoop(db, door.pieces(device.key), heard, () => clock.now());
    const sent = async () => { await heard(); void pictures.wake(); };
    const loop = new Loop(db, door.sender(device.key, () => {}), { changed: sent, final: () => false, ready, now: () => clock.now() });
    const one = new Earlier(device, db, loop, pictures);
    await wipe(db);
    await one.#count(clock.now());
    return one;
  }

  /** Count what is unsent. True: all is confirmed, for long enough. */
  async #count(now: number): Promise<boolean> {
    const entries = await this.db.getAll("entries");
    const tube = await recall<Tube | null>(this.db, "tube");
    this.tube = tube?.persons.length ? tube : null;
    this.unsent = entries.filter((one) => one.status === "waiting" || one.status === "sent").length;
    this.photos = (await photosOf(this.db)).filter((one) => one.state === "waiting").length;
    return !this.tube && !this.photos && entries.every((one) => one.status === "confirmed" && now - (one.confirmed_at ?? now) > KEPT_MS);
  }

  /** Close its tube, as its own entry. */
  async seal(clock: Clock): Promise<void> {
    const tube = this.tube;
    if (!tube) return;
    this.tube = null;
    await append(this.db, [sealing(tube)], clock.moment(), { state: { tube: null } });
    await this.#count(clock.now());
    void this.loop.wake();
  }

  /** Its tube is with the new enrolment, or is not used any more. */
  async drop(): Promise<void> {
    this.tube = null;
    await this.db.put("state", null, "tube");
  }

  /** Its database goes, and with it its key. */
  end(): void {
    this.loop.stop();
    this.pictures.stop();
    this.db.close();
    indexedDB.deleteDatabase(`bulou-${this.device.journal}`);
  }
}
