// Texts by key and language; Chinese is what is said where nothing else is chosen.
import { en } from "./en";
import { zh } from "./zh";

export type Key = keyof typeof zh;
const LANGUAGES: Record<string, Record<Key, string>> = { zh, en };

/** The text of a key, its {names} filled in. */
export function text(lang: string, key: Key, values: Record<string, string | number> = {}): string {
  return (LANGUAGES[lang] ?? zh)[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
