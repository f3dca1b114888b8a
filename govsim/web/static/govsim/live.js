// Live parts ask only while somebody looks and nobody has paused them; an error summary takes the focus; an open menu
// closes when one looks elsewhere.
const paused = (part) => document.querySelector(`[data-pause="${part.id}"]`)?.ariaPressed === "true";
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "live" && (document.hidden || paused(event.target))) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pause]");
  if (button) button.ariaPressed = String(button.ariaPressed !== "true");
  for (const menu of document.querySelectorAll(".gv-drop[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".gv-drop[open]");
  if (menu) (menu.open = false), menu.querySelector("summary").focus();
});
document.querySelector("[role=alert]")?.focus();
