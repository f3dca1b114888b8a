// A presentation: the seconds that its code has left, a fresh code in time, copying, the whole screen.
const place = document.getElementById("code-place");
let end = 0;

function begin() {
  end = performance.now() + 1000 * Number(place.querySelector("#code").dataset.seconds);
}

function tick() {
  const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
  const words = place.querySelector("[data-left]");
  if (words) words.textContent = place.dataset.words + left;
  if (left <= 5 && !document.hidden) place.dispatchEvent(new Event("refresh"));
}

if (place) {
  begin();
  place.addEventListener("htmx:afterSwap", begin);
  // Over: the answer is the page that asks again, and so does the browser.
  place.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL && !event.detail.xhr.responseURL.endsWith("/presented")) location.reload();
  });
  setInterval(tick, 1000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    const said = document.querySelector("[data-copied]");
    said.textContent = said.dataset.copied;
  });
}

const full = document.querySelector("[data-full]");
if (full && document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else full.closest("article").requestFullscreen();
  });
}
