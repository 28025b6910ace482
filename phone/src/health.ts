// How the phone itself is: the room that is left, whether the browser keeps what it was given, the battery.
import { free, hold } from "./journal/room";
import type { Act, Kept } from "./journal/store";

declare const VERSION: string;
const SHORT_MB = 100;

/** `short`: hardly any room is left; `lasting`: the browser has promised to evict nothing (null: it does not say). */
export interface Room { free_mb: number | null; short: boolean; lasting: boolean | null }
interface Battery { level: number; charging?: boolean }

export async function room(): Promise<Room> {
  const free_mb = free(await navigator.storage?.estimate?.());
  const lasting = (await navigator.storage?.persisted?.()) ?? null;
  return { free_mb, short: !await hold() || (free_mb ?? Infinity) < SHORT_MB, lasting };
}

/** The phone's report of itself; `oldest_s`: age of its oldest unconfirmed entry. */
export async function reported(area: number, entries: Kept[], oldest_s: number | null, left: Room): Promise<Act> {
  const unsent = entries.filter((one) => one.status === "waiting" || one.status === "sent").length;
  const body: Record<string, unknown> = { unsent, app: VERSION };
  if (oldest_s !== null) body.oldest_unsent_s = oldest_s;
  if (left.free_mb !== null) body.storage_free_mb = left.free_mb;
  const battery = await (navigator as { getBattery?: () => Promise<Battery> }).getBattery?.().catch(() => null);
  if (battery) body.battery_pct = Math.round(battery.level * 100);
  if (typeof battery?.charging === "boolean") body.charging = battery.charging;
  return { kind: "device.reported", area, body };
}
