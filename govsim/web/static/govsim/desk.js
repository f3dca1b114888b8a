// Keys for officers: j and k walk through the inbox, a, c and r go to a case's moves. They can be switched off, and
// the page remembers it; nothing happens while somebody types, or with a modifier held.
const STORE = "govsim.desk.keys";
const help = document.getElementById("keys");
const on = document.getElementById("keys-on");

function remembered() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function show() {
  for (const each of document.querySelectorAll(".gv-move kbd")) each.hidden = !on.checked;
}

function walk(step) {
  const cases = [...document.querySelectorAll("[data-case]")];
  const at = cases.indexOf(document.activeElement);
  cases[at < 0 ? 0 : Math.min(Math.max(at + step, 0), cases.length - 1)]?.focus();
}

function go(key) {
  const move = document.querySelector(`[data-key="${key}"]`);
  if (!move) return;
  move.open = true;
  const field = move.querySelector("textarea, input:not([type=hidden]), button");
  field?.focus();
  move.scrollIntoView({ block: "nearest" });
}

if (help && on) {
  help.hidden = false;
  on.checked = remembered();
  show();
  on.addEventListener("change", () => {
    show();
    try {
      localStorage.setItem(STORE, on.checked ? "on" : "off");
    } catch {
      // a browser that keeps nothing: the choice holds for this page
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select");
    if (!on.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if ("acr".includes(event.key)) go(event.key);
    else return;
    event.preventDefault();
  });
}
