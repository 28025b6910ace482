// Reads codes from pictures. Loaded only when it is needed, its program shipped with the app and kept offline.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import program from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => program } });
/** On our labels and codes, and on what other systems print. */
const FORMATS = ["QRCode", "Code128", "DataMatrix", "Code39", "ITF", "EAN13"] as const;

/** The text of one code in the picture, or null. */
export async function read(picture: ImageData | Blob): Promise<string | null> {
  const found = await readBarcodes(picture, { formats: [...FORMATS], maxNumberOfSymbols: 1, tryHarder: true });
  return found.find((one) => one.isValid)?.text ?? null;
}

/** Have the program here before the first scan, for the case that there is no network then. */
export async function prepare(): Promise<void> {
  await prepareZXingModule({ overrides: { locateFile: () => program }, fireImmediately: true });
}
