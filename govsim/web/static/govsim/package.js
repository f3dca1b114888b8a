// The page of a package: the live part can be held; a name that is offered can be taken with a click.
(() => {
  const hold = document.querySelector(".gv-hold");
  let held = false;
  if (hold && document.querySelector("#live[hx-get]")) {
    const button = hold.querySelector("button");
    hold.hidden = false;
    button.addEventListener("click", () => {
      held = !held;
      button.setAttribute("aria-pressed", String(held));
      [button.textContent, button.dataset.hold] = [button.dataset.hold, button.textContent];
    });
    document.addEventListener("htmx:afterSwap", () => { hold.hidden = !document.querySelector("#live[hx-get]"); });
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (held && event.detail.requestConfig.verb === "get" && event.target.id === "live") event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-take]");
    const field = chosen && document.getElementById(chosen.dataset.into);
    if (!field) return;
    field.value = chosen.dataset.take;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
})();
