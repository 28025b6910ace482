// The camera: pictures to the reader, several times a second, until the screen lets go of it.
const PAUSE_MS = 120;
/** The same code is heard again only after it has been out of sight, or in hand, for that long. */
const SAME_MS = 2_500;
const WIDEST = 1280;

type Light = (on: boolean) => Promise<void>;
/** What was read last, on whichever screen. */
let last = "";

/**
 * Watch through `video`; `light` is told how to switch the torch where there is one. `carried`: the camera stayed on from
 * another screen, so that the code before it is the one that led here, and is not read again. Returns what stops it.
 */
export function watch(video: HTMLVideoElement, heard: (text: string) => void, light: (torch: Light) => void, failed: () => void, carried: boolean): () => void {
  let stream: MediaStream | undefined, over = false, at = 0;
  if (!carried) last = "";
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });

  async function run(): Promise<void> {
    const { read } = await import("./reader");
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: WIDEST } } });
    if (over) return stop();
    const track = stream.getVideoTracks()[0];
    if (track && "torch" in (track.getCapabilities?.() ?? {})) {
      light((on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }));
    }
    video.srcObject = stream;
    await video.play();
    at = performance.now();
    while (!over) {
      const text = pen && video.videoWidth ? await read(picture(pen)) : null;
      const now = performance.now();
      if (text && !over && (text !== last || now - at > SAME_MS)) heard(text);
      if (text) [last, at] = [text, now];
      await new Promise((next) => setTimeout(next, PAUSE_MS));
    }
  }

  function picture(pen: CanvasRenderingContext2D): ImageData {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  function stop(): void {
    over = true;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  run().catch(() => { if (!over) failed(); });
  return stop;
}
