// An identity number leaves the phone's memory only under the installation's public key; nothing here can read it again.
import type { CardKey } from "./pack/shapes";

export interface Card { key: string; data: string }

export async function encrypted(number: string, key: CardKey): Promise<Card> {
  const raw = Uint8Array.from(atob(key.spki), (char) => char.charCodeAt(0));
  const spki = await crypto.subtle.importKey("spki", raw, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  const data = await crypto.subtle.encrypt({ name: "RSA-OAEP" }, spki, new TextEncoder().encode(number));
  return { key: key.id, data: btoa(String.fromCharCode(...new Uint8Array(data))) };
}
