// Keeps the whole app on the phone; what is posted to the door never passes through here.
const NAME = "bulou-" + "VERSION";
const FILES = "FILES";
/** The reader of codes: large, and not needed to begin with. */
const LATER = "LATER";

/** Have these in this version's cache: what an older version has under the same name is the same. */
async function have(files) {
  const cache = await caches.open(NAME);
  for (const file of files) {
    if (await cache.match(file)) continue;
    const old = file.startsWith("assets/") && await caches.match(file);
    if (old) await cache.put(file, old);
    else await cache.add(new Request(file, { cache: "no-cache" }));
  }
}

/**
 * A first start takes what it needs at once, and the reader when there is time. A new version is not ready before it has
 * all: it may take over where there is no network.
 */
async function install() {
  const before = (await caches.keys()).some((name) => name.startsWith("bulou-") && name !== NAME && name !== "bulou-room");
  await have(before ? [...FILES, ...LATER] : FILES);
}
self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => ![NAME, "bulou-room"].includes(name)).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  // Somebody may have cleared the browser's caches: what is missing comes again.
  if (event.data === "complete") event.waitUntil(have([...FILES, ...LATER]).catch(() => {}));
});

/** From the cache; what is not there, such as the reader before its time, is kept when it comes. */
async function answer(request) {
  const cache = await caches.open(NAME);
  const name = request.mode === "navigate" ? "./" : request;
  const kept = await cache.match(name);
  if (kept) return kept;
  const reply = await fetch(request);
  if (reply.ok) await cache.put(name, reply.clone());
  return reply;
}
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});
