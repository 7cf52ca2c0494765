// What the pages do quicker with a script: keys, the timeline under mouse and arrows, the walk
// from hit to hit, copying.  Every page is complete without it.  It makes no request of its own,
// keeps nothing but whether keys are on, and writes text only as text.
"use strict";

(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text || "";
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // ---------------------------------------------------------------- saying and copying

  const toast = element("p", "", { role: "status", class: "toast" });
  document.body.append(toast);
  let fading;
  function say(text) {
    toast.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => { toast.textContent = ""; }, 4000);
  }

  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Where the page is not served over TLS there is no clipboard but this one.
      const area = element("textarea", text, { class: "unseen", "aria-hidden": "true" });
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) return say("Your browser does not let pages copy");
    }
    say(`${what} copied`);
  }

  const whole = (href) => new URL(href, location.href).href;

  document.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-copy]");
    if (!wanted || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    copyFrom(wanted);
  });

  function copyFrom(wanted) {
    if (wanted.dataset.copy !== "href") {
      return copy($(wanted.dataset.copy).textContent, "Citation");
    }
    const quoted = wanted.dataset.quote && quotation();
    copy(whole(wanted.getAttribute("href")) + (quoted || ""), quoted ? "Link to the quotation" : "Link");
  }

  // ---------------------------------------------------------------- quotations

  // Offsets are those of the stored text: code points, from the beginning of the body.
  const length = (text) => Array.from(text).length;

  function offsetOf(node, offset) {
    const holder = node.nodeType === 1 ? node : node.parentElement;
    const paragraph = holder && holder.closest("#body p[data-start]");
    if (!paragraph) return null;
    const before = document.createRange();
    before.setStart(paragraph, 0);
    before.setEnd(node, offset);
    return Number(paragraph.dataset.start) + length(before.toString());
  }

  function quotation() {
    const selection = getSelection();
    const text = selection.toString().trim();
    if (!text || !selection.rangeCount) return "";
    const range = selection.getRangeAt(0);
    const start = offsetOf(range.startContainer, range.startOffset);
    const end = offsetOf(range.endContainer, range.endOffset);
    if (start === null || end === null || start >= end) return "";
    const words = text.split(/\s+/).map((word) => encodeURIComponent(word).replace(/-/g, "%2D"));
    const said = words.length < 9 ? words.join("%20")
      : `${words.slice(0, 4).join("%20")},${words.slice(-4).join("%20")}`;
    return `#q=${start}-${end}:~:text=${said}`;
  }

  function placeAt(offset) {
    const all = $$("#body p[data-start]").filter((one) => Number(one.dataset.start) <= offset);
    const paragraph = all.pop();
    if (!paragraph) return null;
    let left = offset - Number(paragraph.dataset.start);
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let last = null;
    while (walker.nextNode()) {
      last = walker.currentNode;
      const points = Array.from(last.data);
      if (left <= points.length) return [last, points.slice(0, left).join("").length];
      left -= points.length;
    }
    return last && [last, last.length];
  }

  function showQuotation() {
    const asked = /[#&]q=(\d{1,9})-(\d{1,9})/.exec(location.hash);
    if (!asked) return;
    const start = placeAt(Number(asked[1]));
    const end = placeAt(Number(asked[2]));
    if (!start || !end) return;
    const range = document.createRange();
    range.setStart(...start);
    range.setEnd(...end);
    if (window.Highlight && CSS.highlights) CSS.highlights.set("quoted", new Highlight(range));
    else { getSelection().removeAllRanges(); getSelection().addRange(range); }
    const holder = start[0].parentElement;
    holder.scrollIntoView({ block: "center" });
  }
  addEventListener("hashchange", showQuotation);
  showQuotation();

  // ---------------------------------------------------------------- from hit to hit

  const marks = $$("mark[id^=hit-]");
  let hit = marks.findIndex((mark) => mark.classList.contains("here"));

  function walk(step) {
    if (!marks.length) return;
    if (hit >= 0) { marks[hit].classList.remove("here"); marks[hit].removeAttribute("aria-current"); }
    hit = hit < 0 ? (step > 0 ? 0 : marks.length - 1) : (hit + step + marks.length) % marks.length;
    const mark = marks[hit];
    mark.classList.add("here");
    mark.setAttribute("aria-current", "true");
    mark.scrollIntoView({ block: "center" });
    const status = $(".hit-walk [role=status]");
    if (status) status.textContent = `hit ${hit + 1} of ${marks.length}`;
    const address = new URL(location.href);
    address.searchParams.set("hit", hit + 1);
    address.hash = mark.id;
    history.replaceState(null, "", address);
  }
  for (const [key, step] of [["previous-hit", -1], ["next-hit", 1]]) {
    const link = $(`[data-key=${key}]`);
    if (link) link.addEventListener("click", (event) => { event.preventDefault(); walk(step); });
  }

  // ---------------------------------------------------------------- the timeline

  const drawing = $("[data-chart=brush]");
  const rows = $$(".timeline .numbers tbody tr");
  const form = $(".timeline form.brush");
  if (drawing && rows.length && form) brush();

  function brush() {
    const said = $("#brushed");
    const svg = $("svg", drawing);
    const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of [["y", 0], ["height", 100], ["class", "brushed"]]) shade.setAttribute(key, value);
    const last = rows.length - 1;
    let anchor = 0;
    let end = 0;
    let dragging = false;

    const name = (row) => $("th", row).textContent;
    const number = (row) => Number($("td", row).textContent.replace(/\D/g, "") || 0);

    function show(visible = true) {
      const [a, b] = anchor <= end ? [anchor, end] : [end, anchor];
      const sum = rows.slice(a, b + 1).reduce((before, row) => before + number(row), 0);
      const words = `${name(rows[a])}${a === b ? "" : ` to ${name(rows[b])}`}: ${sum.toLocaleString("en")}`;
      drawing.setAttribute("aria-valuenow", end);
      drawing.setAttribute("aria-valuetext", words);
      if (visible) {
        shade.setAttribute("x", a * 10);
        shade.setAttribute("width", (b - a + 1) * 10);
        svg.append(shade);
        said.textContent = words;
      } else {
        shade.remove();
        said.textContent = said.dataset.usual;
      }
    }

    function apply() {
      const [a, b] = anchor <= end ? [anchor, end] : [end, anchor];
      form.elements.from.value = rows[a].dataset.from;
      form.elements.to.value = rows[b].dataset.to;
      form.requestSubmit();
    }

    const at = (event) => {
      const box = drawing.getBoundingClientRect();
      const place = Math.floor(((event.clientX - box.left) / box.width) * rows.length);
      return Math.min(Math.max(place, 0), last);
    };

    const facts = {
      tabindex: 0, role: "slider", "aria-label": "Timeline: arrows move, Shift and arrows choose a range, Enter narrows",
      "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": last,
    };
    for (const [key, value] of Object.entries(facts)) drawing.setAttribute(key, value);
    svg.setAttribute("aria-hidden", "true");
    svg.removeAttribute("role");
    for (const link of $$(".timeline .axis a")) link.tabIndex = -1;
    show(false);

    drawing.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 12, PageDown: -12, Home: -last, End: last };
      if (event.key in steps && !event.ctrlKey && !event.altKey && !event.metaKey) {
        end = Math.min(Math.max(end + steps[event.key], 0), last);
        if (!event.shiftKey) anchor = end;
        show();
      } else if (event.key === "Enter") apply();
      else if (event.key === "Escape") { anchor = end; show(false); drawing.blur(); }
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    drawing.addEventListener("focus", () => { if (drawing.matches(":focus-visible")) show(); });
    drawing.addEventListener("blur", () => show(false));
    drawing.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      dragging = true;
      anchor = end = at(event);
      drawing.setPointerCapture(event.pointerId);
      show();
    });
    drawing.addEventListener("pointermove", (event) => {
      end = at(event);
      if (!dragging) anchor = end;
      show();
    });
    drawing.addEventListener("pointerup", (event) => {
      if (!dragging) return;
      dragging = false;
      end = at(event);
      // A finger that only touches wants to read.
      if (event.pointerType !== "touch" || anchor !== end) apply();
    });
    drawing.addEventListener("pointercancel", () => { dragging = false; show(false); });
    drawing.addEventListener("pointerleave", () => { if (!dragging) show(document.activeElement === drawing); });
  }

  // ---------------------------------------------------------------- what opens, closes

  document.addEventListener("click", (event) => {
    for (const open of $$("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
  });

  function open(details, focused) {
    if (!details) return;
    details.open = true;
    const inside = $(focused, details);
    if (inside) inside.focus();
  }

  // ---------------------------------------------------------------- keys

  const KEYS = [
    ["/", "the search box"], ["j k", "next and previous result"], ["Enter", "open it"],
    ["n p", "next and previous hit in an article"], ["] [", "next and previous article"],
    ["t", "timeline"], ["f", "facets"], ["s", "save the search"], ["c", "cite"],
    ["y", "copy the link; of what is selected, if anything is"], ["Esc", "back"], ["?", "this list"],
  ];

  function keysAreOn() {
    try { return localStorage.getItem("searcher-keys") !== "off"; } catch { return true; }
  }
  function switchKeys(on) {
    try { localStorage.setItem("searcher-keys", on ? "on" : "off"); } catch { /* for this page then */ }
  }

  function keySwitch() {
    const label = element("label", "", { class: "switch" });
    const box = element("input", "", { type: "checkbox" });
    box.checked = keysAreOn();
    box.addEventListener("change", () => { switchKeys(box.checked); say(`Keys are ${box.checked ? "on" : "off"}`); });
    label.append(box, document.createTextNode(" Single keys do these things"));
    return label;
  }
  for (const place of $$("[data-keys]")) place.append(keySwitch());

  let dialog;
  function listKeys() {
    if (!dialog) {
      dialog = element("dialog", "", { "aria-labelledby": "keys-title", class: "keys" });
      const list = element("dl");
      for (const [key, meaning] of KEYS) list.append(element("dt", key), element("dd", meaning));
      const close = element("button", "Close", { type: "button" });
      close.addEventListener("click", () => dialog.close());
      dialog.append(element("h2", "Keys", { id: "keys-title" }), list, keySwitch(), close);
      document.body.append(dialog);
    }
    dialog.showModal();
  }

  const hits = $$(".hit a").filter((link) => link.closest("h2, th, .after"));
  function step(by) {
    if (!hits.length) return;
    const now = hits.indexOf(document.activeElement);
    const next = now < 0 ? (by > 0 ? 0 : hits.length - 1) : Math.min(Math.max(now + by, 0), hits.length - 1);
    hits[next].focus();
    hits[next].scrollIntoView({ block: "nearest" });
  }
  const follow = (key) => { const link = $(`[data-key=${key}]`); if (link) link.click(); };

  const actions = {
    "/": () => { const box = $("#q"); if (box) { box.focus(); box.select(); } },
    j: () => step(1),
    k: () => step(-1),
    n: () => walk(1),
    p: () => walk(-1),
    "]": () => follow("next-article"),
    "[": () => follow("previous-article"),
    t: () => drawing && drawing.focus({ focusVisible: true }),
    f: () => { const folds = $(".folds"); if (folds) { if (getComputedStyle($("summary", folds)).display !== "none") folds.open = true; const first = $(".facet a", folds); if (first) first.focus(); } },
    s: () => open($("details.save"), "input:not([type=hidden])"),
    c: () => open($("details.cite"), "button"),
    y: () => { const link = $(".copy-link"); if (link) copyFrom(link); },
    "?": listKeys,
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    const isField = target.matches("input:not([type=checkbox]), textarea, select") || target.isContentEditable;
    if (event.key === "Escape") {
      const opened = $("details.drop[open]");
      if (opened) { opened.open = false; $("summary", opened).focus(); }
      else if (isField) target.blur();
      else if (!dialog || !dialog.open) follow("back");
      return;
    }
    if (isField || !keysAreOn() || (dialog && dialog.open)) return;
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });
})();
