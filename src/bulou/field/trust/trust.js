// Opens the steps of this phone, and asks over HTTPS for a picture: it comes only when the root is trusted.
const agent = navigator.userAgent;
const kinds = [["ios", /iPhone|iPad/], ["harmony", /HarmonyOS|OpenHarmony|ArkWeb/], ["android", /Android/]];
const mine = kinds.find(([, form]) => form.test(agent));
if (mine) document.getElementById(mine[0]).open = true;
if (/MicroMessenger/.test(agent)) document.getElementById("wechat").hidden = false;

const button = document.getElementById("check");
const said = document.getElementById("said");
function say(kind) {
  said.textContent = said.dataset[kind];
  said.className = kind === "wait" ? "" : kind;
  said.dataset.now = kind;
}
button.hidden = false;
button.addEventListener("click", () => {
  say("wait");
  const picture = new Image();
  const late = setTimeout(() => { picture.src = ""; say("bad"); }, 8000);
  picture.onload = () => { clearTimeout(late); say("good"); };
  picture.onerror = () => { clearTimeout(late); say("bad"); };
  picture.src = `${button.dataset.home}/field/trust/check.svg?${Date.now()}`;
});
