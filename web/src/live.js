// Keeps the live parts of a page current without moving them under the reader's finger. Figures change in place. When
// rows came, went or changed places while the pointer or the focus is within, or rows are ticked, the part stays as it
// is and a button offers what is new.
import htmx from "htmx.org";

htmx.config.history = false; // pages are pages; going back loads them
htmx.config.noSwap = [204, 304, "4xx", "5xx"];

let touching = false;
addEventListener("pointerdown", () => (touching = true));
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (touching = false));

const ticks = new WeakMap();
const tags = new WeakMap(); // what each part shows, by the name that the server gave it
const wanted = new WeakSet();

const live = (event) => {
  const part = event.detail?.ctx?.sourceElement;
  return part instanceof Element && part.matches("[data-live]") ? part : null;
};
const keys = (root) => [...root.querySelectorAll("[data-key]")].map((element) => element.dataset.key);
const rows = (root) => [...root.querySelectorAll("tbody tr[data-key]")].map((row) => row.dataset.key);
const news = (part) => part.parentElement.querySelector(`[data-news-of="${part.id}"]`);

function held(part) {
  return part.matches(":hover, :focus-within") || part.querySelector("tbody input:checked") !== null;
}

// How old the data are comes with every answer, also with one that says that nothing else changed.
function age(part, headers) {
  const said = part.querySelector("[data-age]");
  if (said && headers.has("X-Bulou-Age")) said.textContent = decodeURIComponent(headers.get("X-Bulou-Age"));
}

function offer(part, came) {
  const button = news(part);
  if (!button) return;
  button.textContent = came ? button.dataset.news.replace("0", came) : button.dataset.changed;
  button.hidden = false;
}

document.addEventListener("htmx:config:request", (event) => {
  const part = live(event);
  if (!part) return;
  const reading = touching || !getSelection().isCollapsed;
  if (document.hidden || (reading && !wanted.has(part))) return event.preventDefault();
  event.detail.ctx.request.headers["X-Bulou-Part"] = "live";
  if (tags.get(part)) event.detail.ctx.request.headers["If-None-Match"] = tags.get(part);
});

document.addEventListener("htmx:before:swap", (event) => {
  const part = live(event);
  if (!part) return;
  const { response, text } = event.detail.ctx;
  if (response.raw.redirected) {
    event.preventDefault(); // signed out meanwhile
    return location.reload();
  }
  if (response.status >= 400) return;
  document.body.classList.remove("stale");
  if (response.status === 304) {
    event.preventDefault(); // nothing is swapped, so nothing may be ticked anew
    return age(part, response.headers);
  }
  const before = keys(part);
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const after = keys(fresh);
  const moved = before.length !== after.length || before.some((key, i) => key !== after[i]);
  if (moved && held(part) && !wanted.has(part)) {
    event.preventDefault();
    const known = new Set(rows(part));
    return offer(part, rows(fresh).filter((key) => !known.has(key)).length);
  }
  wanted.delete(part);
  tags.set(part, response.headers.get("ETag"));
  if (news(part)) news(part).hidden = true;
  ticks.set(part, new Set([...part.querySelectorAll("input:checked")].map((box) => box.value)));
});

document.addEventListener("htmx:after:swap", (event) => {
  const part = live(event);
  if (!part) return;
  for (const box of part.querySelectorAll("tbody input[type=checkbox]")) {
    box.checked = ticks.get(part)?.has(box.value) ?? false;
  }
});

for (const trouble of ["htmx:error", "htmx:response:error"]) {
  // The notice is in the page, in the reader's language.
  document.addEventListener(trouble, (event) => live(event) && document.body.classList.add("stale"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-news-of]");
  if (!button) return;
  wanted.add(document.getElementById(button.dataset.newsOf));
  htmx.trigger(document.body, "refresh");
});
document.addEventListener("visibilitychange", () => document.hidden || htmx.trigger(document.body, "refresh"));
