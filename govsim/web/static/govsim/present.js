// The presenter's keys, the curtain, the clock of the notes, and the other window. Without it, forms and links do.
(() => {
  const body = document.body;
  const live = () => document.getElementById("live");
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const other = "BroadcastChannel" in window ? new BroadcastChannel(`govsim-present-${live().dataset.show}`) : null;
  const kept = (name, value) => {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name);
    } catch {
      return null; // a browser that keeps nothing
    }
  };

  // --- moving -----------------------------------------------------------------------------------------------
  const busy = () => live().querySelector(".htmx-request") !== null;
  const press = (name) => {
    const button = live().querySelector(`[data-do="${name}"]`);
    if (button && !button.disabled && !busy()) button.click();
  };
  const show = (name) => {
    const dialog = part(name);
    if (!dialog || dialog.open) return;
    for (const each of document.querySelectorAll("dialog[open]")) each.close();
    dialog.showModal();
  };
  const curtain = (down) => {
    const blank = part("blank");
    if (blank) blank.hidden = down === undefined ? !blank.hidden : !down;
    if (blank && !blank.hidden) blank.focus();
  };
  const fullscreen = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  };
  const blank = () => {
    curtain();
    other?.postMessage({ blank: true });
  };
  const notes = () => part("notes")?.click();

  // --- going on by itself -------------------------------------------------------------------------------------
  let timer = 0;
  const playing = () => body.dataset.playing === "on";
  const wait = () => {
    clearTimeout(timer);
    if (!playing()) return;
    const told = (live().querySelector(".gv-say > p")?.textContent || "").length;
    const reading = document.documentElement.lang === "en" ? told / 14 : told / 5;
    timer = setTimeout(() => {
      if (live().querySelector('[data-do="next"]:not(:disabled)')) press("next");
      else play(false);
    }, 1000 * Math.max(4, reading) / Number(kept("govsim-speed") || 1));
  };
  const paint = () => {
    for (const each of document.querySelectorAll('[data-do="play"]')) {
      each.setAttribute("aria-pressed", String(playing()));
      each.querySelector("span").textContent = playing() ? each.dataset.pause : each.dataset.play;
    }
    for (const each of document.querySelectorAll("select[data-do=speed]")) each.value = kept("govsim-speed") || "1";
    for (const each of document.querySelectorAll("[data-js]")) each.hidden = false;
  };
  const play = (on) => {
    body.dataset.playing = on ? "on" : "off";
    paint();
    wait();
  };

  // --- keys ---------------------------------------------------------------------------------------------------
  const letters = {
    n: () => press("next"), p: () => press("back"), b: blank, ".": blank, f: fullscreen, o: () => show("plot"),
    g: () => show("plot"), r: () => show("reset"), k: () => play(!playing()), s: notes, "?": () => show("help"),
  };
  const others = {
    ArrowRight: () => press("next"), PageDown: () => press("next"), ArrowLeft: () => press("back"),
    PageUp: () => press("back"), " ": () => press("next"), Escape: () => show("plot"),
  };
  const onkey = (event) => {
    const at = event.target;
    const typing = at.closest?.("input:not([type=checkbox]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    if (document.querySelector("dialog[open]")) return; // the dialog has its own keys
    if (event.key === " " && at.closest?.("button, a, summary")) return;
    const curtained = part("blank") && !part("blank").hidden;
    if (curtained && event.key === "Escape") return void blank();
    const act = others[event.key] || (kept("govsim-letters") !== "off" ? letters[event.key.toLowerCase()] : null);
    if (!act) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", onkey);

  // --- clicks -------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const at = event.target.closest?.("[data-do], [data-part=blank]");
    if (!at) return;
    if (at.dataset.part === "blank" || at.dataset.do === "blank") return blank();
    if (at.dataset.do === "fullscreen") fullscreen();
    if (at.dataset.do === "play") play(!playing());
    if (at.dataset.do === "help" || at.dataset.do === "plot" || at.dataset.do === "ask-reset") show(at.dataset.do.replace("ask-", ""));
    if (at.dataset.do === "close") at.closest("dialog").close();
  });
  document.addEventListener("change", (event) => {
    if (event.target.dataset.do === "speed") {
      kept("govsim-speed", event.target.value);
      wait();
    }
    if (event.target.dataset.do === "letters") kept("govsim-letters", event.target.checked ? "on" : "off");
  });

  // --- what comes in ------------------------------------------------------------------------------------------
  const frame = () => {
    const stage = live().querySelector("iframe");
    if (!stage) return;
    const ready = () => stage.contentDocument?.addEventListener("keydown", onkey);
    stage.addEventListener("load", ready);
    ready();
  };
  const arrived = () => {
    frame();
    live().querySelector("aside [aria-current]")?.scrollIntoView({ block: "nearest" });
    paint();
    wait();
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.verb === "post") other?.postMessage({ moved: true });
    arrived();
  });
  other?.addEventListener("message", (event) => {
    if (event.data.moved) window.htmx?.trigger(live(), "moved");
    if (event.data.blank) curtain();
  });

  // --- the clock of the notes ---------------------------------------------------------------------------------
  setInterval(() => {
    const clock = live().querySelector("[data-started]");
    if (!clock) return;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.started)) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    clock.firstChild.textContent = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    clock.toggleAttribute("data-late", seconds > Number(clock.dataset.planned));
  }, 500);

  const box = document.querySelector("input[data-do=letters]");
  if (box) box.checked = kept("govsim-letters") !== "off";
  arrived();
})();
