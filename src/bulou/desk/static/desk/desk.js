// Keeps the live part of a page current without moving it under the reader's finger: texts and bars change in
// place, keyed by data-key; the whole part is only exchanged when rows came or went.
"use strict";
const EVERY_MS = 3000;
const live = document.getElementById("live");
let touching = false;

function exchange(fresh) {
  const now = [...live.querySelectorAll("[data-key]")];
  const next = [...fresh.querySelectorAll("[data-key]")];
  const same = now.length === next.length && now.every((e, i) => e.dataset.key === next[i].dataset.key);
  if (!same) {
    live.replaceChildren(...fresh.childNodes);
    return;
  }
  now.forEach((element, i) => {
    if (!element.isEqualNode(next[i])) {
      for (const { name, value } of next[i].attributes) element.setAttribute(name, value);
      element.replaceChildren(...next[i].childNodes);
    }
  });
}

async function look() {
  if (document.hidden || touching || !getSelection().isCollapsed) return;
  try {
    const answer = await fetch(live.dataset.live, { headers: { "X-Bulou-Part": "live" } });
    if (answer.redirected) return location.reload(); // signed out meanwhile
    if (!answer.ok) throw new Error(answer.status);
    const fresh = document.createElement("div");
    fresh.innerHTML = await answer.text(); // our own server's page: names are escaped there
    if (!touching) exchange(fresh);
    document.body.classList.remove("stale");
  } catch {
    document.body.classList.add("stale"); // the notice is in the page, in the reader's language
  }
}

if (live) {
  addEventListener("pointerdown", () => (touching = true));
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (touching = false));
  document.addEventListener("visibilitychange", look);
  (async function again() {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    await look();
    again();
  })();
}

for (const select of document.querySelectorAll("select[data-go]")) {
  select.addEventListener("change", () => (location.href = select.value));
}
