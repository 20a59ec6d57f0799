// Runs in the page, under its policy: no request leaves it. `data` is text and is only ever set as text.
const DUTCH = {
  "Copy to clipboard": "Kopieer naar het klembord", "Copied": "Gekopieerd", "Send message": "Verstuur uw vraag", "Send": "Verstuur",
  "Stop script": "Stop", "Clear value": "Maak leeg", "Clear all": "Maak leeg", "Clear": "Maak leeg", "open": "open", "Open": "Open",
  "Upload": "Kies een bestand", "Browse files": "Kies een bestand", "Add files": "Kies een ander bestand",
  "Drag and drop file here": "Sleep een bestand hierheen",
  "Drag and drop files here": "Sleep bestanden hierheen", "No results": "Niets gevonden", "Close": "Sluit", "Close dialog": "Sluit",
  "Select all": "Kies alles", "Remove": "Haal weg", "Fullscreen": "Volledig scherm", "Close fullscreen": "Sluit volledig scherm",
  "Main menu": "Menu", "Choose an option": "Kies", "Choose options": "Kies",
  "Press Enter to apply": "Druk op Enter", "Press Enter to submit form": "Druk op Enter", "Loading...": "Bezig met laden", "Running...": "Bezig", "Selected values": "Gekozen", "file upload": "bestand kiezen",
};

const PREFIXES = [
  ["Remove ", "Haal weg: "], ["Help for ", "Uitleg bij: "], ["Copy Vega-Lite spec: ", "Kopieer de opmaak: "], ["Show data: ", "Toon de getallen: "],
  ["Fullscreen: ", "Volledig scherm: "], ["Download as PNG: ", "Bewaar als plaatje: "],
];

const inDutch = (english) => {
  const prefix = PREFIXES.find(([start]) => english.startsWith(start));
  return DUTCH[english] || (prefix && prefix[1] + english.slice(prefix[0].length));
};

const translate = (root) => {
  for (const element of root.querySelectorAll("[aria-label], [title], [placeholder]")) {
    for (const name of ["aria-label", "title", "placeholder"]) {
      const dutch = inDutch((element.getAttribute(name) || "").trim());
      if (dutch) element.setAttribute(name, dutch);
    }
  }
  // Streamlit's own words alone: a text of a source may be one of these words
  const own = '[data-testid="stFileUploader"], [data-testid="InputInstructions"], body > :not(#root)';
  for (const place of root.querySelectorAll(own)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const dutch = DUTCH[node.data.trim()];
      if (dutch) node.data = dutch;
    }
  }
};

const landmarks = (page) => {
  const menu = document.querySelector(".st-key-menu");
  if (menu && menu.getAttribute("role") !== "navigation") {
    menu.setAttribute("role", "navigation");
    menu.setAttribute("aria-label", "Pagina's");
  }
  for (const link of menu ? menu.querySelectorAll("a") : []) {
    if (link.textContent.trim().endsWith(page)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
};

// which tables are cut off: no style can tell
const measure = () => {
  for (const table of document.querySelectorAll(".pb-wide")) table.classList.toggle("pb-over", table.scrollWidth > table.clientWidth + 1);
};

const bringIntoView = (element) => {
  element.scrollIntoView({ block: element.matches("h1, h2") ? "start" : "center" });
  element.focus({ preventScroll: true });
};

// what is drawn in the same run may come a moment later
const whenThere = (selector, then, tries = 100) => {
  const element = document.querySelector(selector);
  if (element) then(element);
  else if (tries) setTimeout(() => whenThere(selector, then, tries - 1), 50);
};

const focusOn = (selector) => whenThere(selector, (element) => {
  if (!element.matches("a, button, input, textarea, summary")) element.setAttribute("tabindex", "-1");
  bringIntoView(element);
});

const say = (kept, message, token) => {
  const region = document.getElementById("pb-status");
  if (!region || !message || kept.said.includes(token)) return;
  kept.said.push(token);
  region.textContent = "";
  setTimeout(() => { region.textContent = message; }, 100);
};

// a link of ours is gone with its page: who followed it goes on at the heading of the new one
const headingAfter = (kept) => {
  if (!kept.left || kept.left.isConnected) return;
  kept.left = null;
  setTimeout(() => { if (document.activeElement === document.body) focusOn("#inhoud"); }, 300);
};

// One entry in the history, and the page is opened as Back and Forward open one: by its address. Streamlit's own switch to a page with a
// query makes two entries, the first of them with this page's path and the other's query, and Back would lead there.
const visit = (address) => {
  history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
};

// A page left open may be of a login that ended since, in another tab or by its age: who comes back to it sees the page to log in.
const guard = async () => {
  if (document.visibilityState !== "visible") return;
  const seen = await fetch("_stcore/host-config", { cache: "no-store" }).catch(() => null);
  if (seen && seen.status === 403) location.reload();
};

export default function ({ data }) {
  const kept = (window.praktijkbaken ??= { said: [], shown: "", moved: "", opened: "", left: null, isStill: true });
  if (data.anchor) {
    if (data.token === kept.shown) return;
    kept.shown = data.token;
    kept.isStill = true;
    focusOn(`#${data.anchor}`);
    return;
  }
  if (data.arrived) {
    say(kept, data.say, data.token);
    // it was brought into view when there was little under it; who has moved since is where she wants to be
    if (kept.isStill) whenThere(`#${data.arrived}`, (element) => element.scrollIntoView({ block: "start" }));
    return;
  }
  if (data.guarded && !kept.guarded) {
    kept.guarded = true;
    document.addEventListener("visibilitychange", guard);
    window.addEventListener("focus", guard);
  }
  for (const [name, act] of Object.entries(kept.acts ?? {})) document.removeEventListener(name, act);
  const moved = () => { kept.isStill = false; };
  const pressed = (event) => {
    moved();
    // this one button of Streamlit's opens its dialog by the space bar alone
    const choose = event.key === "Enter" && event.target.closest?.('[data-testid="stFileUploader"] button');
    if (!choose) return;
    event.preventDefault();
    choose.click();
  };
  kept.acts = { wheel: moved, touchmove: moved, keydown: pressed, pointerdown: moved, click: (event) => {
    if (event.target.id === "pb-skip") {
      event.preventDefault();
      focusOn("#inhoud");
      return;
    }
    if (event.target.closest?.("a.pb-mark")) moved();
    const link = event.target.closest?.("a.pb-in");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    kept.left = link;
    visit(link.href);
  } };
  for (const [name, act] of Object.entries(kept.acts)) document.addEventListener(name, act, { passive: !["click", "keydown"].includes(name) });
  kept.page = data.page;
  kept.observer?.disconnect();
  kept.observer = new MutationObserver(() => {
    // not put off by what changes meanwhile: a page that keeps changing would stay in English
    kept.timer ??= setTimeout(() => {
      kept.timer = null;
      translate(document);
      landmarks(kept.page);
      measure();
      headingAfter(kept);
    }, 60);
  });
  window.removeEventListener("resize", kept.resize);
  kept.resize = measure;
  window.addEventListener("resize", kept.resize);
  kept.observer.observe(document.body, { childList: true, subtree: true });
  translate(document);
  landmarks(data.page);
  measure();
  say(kept, data.say, data.token);
  if (data.moved && data.moved !== kept.moved) {
    kept.moved = data.moved;
    kept.shown = "";
    focusOn(data.to);
  }
  if (data.open && data.opening !== kept.opened) {
    kept.opened = data.opening;
    visit(data.open);
  }
}
