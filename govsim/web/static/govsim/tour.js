// The guided tour: once for each kind of visitor in this browser, on the home page; again by its link (?tour=1).
(() => {
  const asked = new URLSearchParams(location.search).has("tour");
  const key = `govsim-tour-${document.currentScript?.dataset.visitor || "public"}`;
  const address = document.currentScript?.dataset.tour;
  const seen = () => {
    try {
      return localStorage.getItem(key) === "seen";
    } catch {
      return true; // a browser that keeps nothing would be told the same again and again
    }
  };
  const remember = () => {
    try {
      localStorage.setItem(key, "seen");
    } catch {
      // then it is not remembered
    }
  };
  // Programs that look at pages did not come for a tour, unless they ask.
  if (!address || location.pathname !== "/" || (!asked && (seen() || navigator.webdriver))) return;

  const load = (tag, fields) =>
    new Promise((done, failed) => {
      const made = Object.assign(document.createElement(tag), fields);
      made.onload = done;
      made.onerror = failed;
      document.head.append(made);
    });
  const shown = (selector) => {
    const found = document.querySelector(selector);
    return found && found.getClientRects().length > 0 ? found : null;
  };

  const begin = async () => {
    const told = await (await fetch(address, { headers: { Accept: "application/json" } })).json();
    const steps = told.steps.filter((each) => shown(each.at));
    if (steps.length === 0) return;
    for (const href of told.styles) await load("link", { rel: "stylesheet", href });
    await load("script", { src: told.script });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const free = (event) => {
      if (event.key === "Tab") event.stopImmediatePropagation(); // the focus goes where it always goes
    };
    window.addEventListener("keydown", free, true);
    remember();
    window.driver.js.driver({
      animate: !still,
      smoothScroll: !still,
      allowClose: true,
      showProgress: true,
      progressText: "{{current}} / {{total}}",
      nextBtnText: told.words.next,
      prevBtnText: told.words.back,
      doneBtnText: told.words.done,
      popoverClass: "gv-tour",
      overlayOpacity: 0.35,
      stagePadding: 6,
      onPopoverRender: (popover) => {
        popover.closeButton.setAttribute("aria-label", told.words.close);
        popover.title.setAttribute("role", "none"); // a header and a footer of the page they are not
        popover.footer.setAttribute("role", "none");
      },
      onHighlighted: (place) => {
        // What is pointed at is no button that opens something.
        for (const each of ["aria-expanded", "aria-haspopup", "aria-controls"]) place?.removeAttribute(each);
      },
      onDestroyed: () => window.removeEventListener("keydown", free, true),
      steps: steps.map((each) => ({ element: each.at, popover: { title: each.title, description: each.say } })),
    }).drive();
  };
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
})();
