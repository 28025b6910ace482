// The button opens the browser's own dialogue; without this file the browser's menu does the same.
document.querySelector("[data-print]")?.addEventListener("click", () => print());
