// Ears and hands: each tone sounds and shakes differently. Browsers allow neither before the first touch.
export type Tone = "good" | "warn" | "bad";
const NOTES: Record<Tone, [number, number][]> = { good: [[880, 0.09]], warn: [[520, 0.12], [520, 0.12]], bad: [[196, 0.45]] };
const SHAKES: Record<Tone, number[]> = { good: [40], warn: [80, 60, 80], bad: [400] };
let audio: AudioContext | undefined;

export function sound(tone: Tone): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  navigator.vibrate?.(SHAKES[tone]);
  audio ??= new AudioContext();
  let at = audio.currentTime;
  for (const [pitch, length] of NOTES[tone]) {
    const wave = audio.createOscillator(), loud = audio.createGain();
    wave.type = tone === "bad" ? "square" : "sine";
    wave.frequency.value = pitch;
    loud.gain.value = 0.25;
    wave.connect(loud).connect(audio.destination);
    wave.start(at);
    wave.stop(at + length);
    at += length + 0.06;
  }
}
