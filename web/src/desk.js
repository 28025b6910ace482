// The desk's script: live parts, keys, and a few small conveniences. Everything else is plain pages and forms.
import "./live.js";
import "./keys.js";

const YEAR_S = 365 * 24 * 3600;
const THEMES = ["auto", "light", "dark"];

function choose(theme) {
  document.cookie = `bulou_theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

document.addEventListener("click", (event) => {
  const at = event.target.closest?.("[data-theme-next], button[name=theme], [data-print], [data-keys], [data-copy]");
  if (!at) return;
  if (at.matches("[data-theme-next]")) {
    choose(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]);
  } else if (at.matches("button[name=theme]")) {
    event.preventDefault(); // without this script the form sends the choice to the server
    choose(at.value);
  } else if (at.matches("[data-print]")) {
    print();
  } else if (at.matches("[data-keys]")) {
    document.getElementById("keys").showModal();
  } else if (at.matches("[data-copy]")) {
    navigator.clipboard?.writeText(document.querySelector(at.dataset.copy).innerText);
    at.classList.add("copied");
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go]")) location.href = event.target.value;
  if (event.target.matches("[data-tick-all]")) {
    const list = event.target.closest("table");
    for (const box of list.querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
  }
});

// An act that hurts asks first; the button says what will happen.
document.addEventListener("submit", (event) => {
  const said = event.submitter?.dataset.confirm;
  if (said && !confirm(said)) event.preventDefault();
});

// A field that is asked only where another one has one of some values.
function conditions() {
  for (const field of document.querySelectorAll(".field[data-when]")) {
    const [on, values] = [field.dataset.when, field.dataset.is.split(" ")];
    const chosen = new FormData(field.closest("form")).getAll(on);
    field.hidden = !chosen.some((value) => values.includes(value));
  }
}

document.addEventListener("change", conditions);
conditions();
