// Keeps the whole app on the phone; what is posted to the door never passes through here.
const NAME = "bulou-" + "VERSION";
const FILES = "FILES";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)));
});
self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => ![NAME, "bulou-room"].includes(name)).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

/** From the cache; what is not there yet and never changes, such as the reader of codes, is kept when it comes. */
async function answer(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request.mode === "navigate" ? "./" : request);
  if (kept) return kept;
  const reply = await fetch(request);
  if (reply.ok && request.url.includes("/assets/")) await cache.put(request, reply.clone());
  return reply;
}
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});
