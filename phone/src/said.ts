// What the app says to the person, and that it takes no more.
import type { Tone } from "./scan/signal";

/** What the person is told: a colour, a word, a sentence; and what can be done about it. */
export interface Said { tone: Tone; word: string; text: string; acts?: { label: string; run: () => void }[] }

/** The journal takes no more entries: somebody else writes into it as well. */
export class Stopped extends Error {}
