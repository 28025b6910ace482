// g and a letter goes to a page of the rail, "/" to the search, "?" shows the sheet. Never while somebody is typing.
const WAIT_MS = 1200;
let going = 0;

function typing(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const sheet = document.getElementById("keys");
  if (sheet?.open) return;
  if (event.timeStamp < going) {
    going = 0;
    const link = document.querySelector(`[data-go-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  } else if (event.key === "g") {
    going = event.timeStamp + WAIT_MS;
  } else if (event.key === "/") {
    const field = document.querySelector("main [data-search]") ?? document.querySelector(".find input");
    if (field?.checkVisibility()) {
      event.preventDefault();
      field.focus();
    }
  } else if (event.key === "?" && sheet) {
    event.preventDefault();
    sheet.showModal();
  }
});
