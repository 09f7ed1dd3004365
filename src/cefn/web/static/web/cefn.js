/* What every page does: theme, menus, toasts, Ctrl-K, keyboard, drawers, danger dialogs, lists. No inline script anywhere. */
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  if (window.htmx) {
    Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, scrollIntoViewOnBoost: false, historyCacheSize: 0 });
    document.addEventListener("htmx:configRequest", (event) => {
      event.detail.headers["X-CSRFToken"] = $("meta[name=csrf]")?.content ?? "";
    });
    document.addEventListener("htmx:responseError", (event) => {
      const words = event.detail.xhr.getResponseHeader("X-Cefn-Error");
      toast(words ? decodeURIComponent(words) : root.dataset.failed, "bad");
    });
    document.addEventListener("htmx:sendError", () => toast(root.dataset.offline, "bad"));
  }

  /* Theme: "auto" follows the machine. theme.js set it before the first paint; this keeps it right afterwards. */
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const themeApply = () => {
    const wish = root.dataset.wish;
    root.dataset.theme = wish === "dark" || (wish === "auto" && dark.matches) ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("cefn:theme"));
  };
  dark.addEventListener("change", themeApply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    root.dataset.wish = button.dataset.themeSet;
    document.cookie = `cefn_theme=${root.dataset.wish}; path=/; max-age=31536000; samesite=lax`;
    themeApply();
    $$("[data-theme-set]").forEach((other) => other.setAttribute("aria-current", String(other === button)));
  });

  /* Toasts */
  function toast(text, tone = "good") {
    const place = $("#toasts");
    const pattern = $("#toast-pattern");
    if (!place || !pattern || !text) return;
    const node = pattern.content.firstElementChild.cloneNode(true);
    node.classList.add(tone);
    $(".text", node).textContent = text;
    place.append(node);
    toastArm(node);
  }
  function toastArm(node) {
    $("button", node)?.addEventListener("click", () => node.remove());
    if (!node.classList.contains("bad")) setTimeout(() => node.remove(), 6000);
  }
  document.addEventListener("cefn:toast", (event) => toast(event.detail.text, event.detail.tone));

  /* Menus made of <details>: one open at a time, closed by Escape or a click elsewhere. */
  document.addEventListener("click", (event) => {
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* Drawer: peeks at a row, explains a number. */
  let drawerFrom = null;
  function drawerOpen(title) {
    const drawer = $("#drawer");
    drawerFrom = document.activeElement;
    $("#drawer-title").textContent = title || "";
    drawer.classList.add("open");
    drawer.focus();
  }
  function drawerClose() {
    const drawer = $("#drawer");
    if (!drawer?.classList.contains("open")) return false;
    drawer.classList.remove("open");
    $("#drawer-body").replaceChildren();
    drawerFrom?.focus?.();
    return true;
  }
  function drawerLoad(url, title) {
    drawerOpen(title);
    htmx.ajax("GET", url, { target: "#drawer-body", swap: "innerHTML", select: "#document" });
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "drawer-body" && !$("#drawer").classList.contains("open")) drawerOpen(event.detail.requestConfig?.elt?.dataset?.title);
  });

  /* Danger: a button with data-danger opens the dialog that names what will happen; the dialog's form does it. */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) { event.preventDefault(); document.getElementById(opener.dataset.dialog)?.showModal(); }
    const closer = event.target.closest("[data-close]");
    if (closer) { event.preventDefault(); closer.closest("dialog") ? closer.closest("dialog").close() : drawerClose(); }
    const peek = event.target.closest("[data-peek]");
    if (peek) { event.preventDefault(); drawerLoad(peek.dataset.peek, peek.dataset.title); }
  });

  /* Ctrl-K */
  const palette = $("#palette");
  const hits = () => $$(".hit", palette);
  function paletteOpen() {
    if (!palette || palette.open) return;
    palette.showModal();
    const input = $("input", palette);
    input.select();
    htmx.trigger(input, "cefn:open");
  }
  function paletteMove(step) {
    const all = hits();
    if (!all.length) return;
    const at = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    const next = (at + step + all.length) % all.length;
    all.forEach((hit, index) => hit.setAttribute("aria-selected", String(index === next)));
    all[next].scrollIntoView({ block: "nearest" });
    $("input", palette).setAttribute("aria-activedescendant", all[next].id);
  }
  palette?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); paletteMove(1); }
    if (event.key === "ArrowUp") { event.preventDefault(); paletteMove(-1); }
    if (event.key === "Enter") { event.preventDefault(); (hits().find((hit) => hit.getAttribute("aria-selected") === "true") ?? hits()[0])?.click(); }
  });
  palette?.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  $$("[data-palette]").forEach((button) => button.addEventListener("click", paletteOpen));

  /* Keyboard: j k move, x picks, o opens, p peeks, / searches, ? helps, g and a letter goes. */
  const rows = () => $$("[data-rows] > tr[data-id]");
  const here = () => $("tr.at");
  function rowMove(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    here()?.classList.remove("at");
    next.classList.add("at");
    next.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    j: () => rowMove(1),
    k: () => rowMove(-1),
    o: () => $("a.open", here() ?? undefined)?.click(),
    Enter: () => here() && $("a.open", here())?.click(),
    p: () => { const row = here(); if (row?.dataset.peekUrl) drawerLoad(row.dataset.peekUrl, $("a.open", row)?.textContent); },
    x: () => $("input[name=pick]", here() ?? undefined)?.click(),
    n: () => $("[data-key=n]")?.click(),
    "/": () => { const box = $("#search"); if (box) { box.focus(); box.select(); } else paletteOpen(); },
    "?": () => $("#keys")?.showModal(),
    Escape: () => drawerClose() || $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); }),
  };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); paletteOpen(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (Date.now() - going < 1200) {
      going = 0;
      const place = $(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (event.key === "g") { going = Date.now(); return; }
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const act = keys[event.key];
    if (act && (here() || !"oxp".includes(event.key))) { if (event.key !== "Escape" && event.key !== "Enter") event.preventDefault(); act(); }
  });

  /* Counts in the rail: remembered for the first paint of the next page, refreshed by the server. */
  function countsKeep() {
    const kept = {};
    $$(".count[id], .dot[id]").forEach((node) => { kept[node.id] = node.textContent; });
    try { sessionStorage.setItem("cefn-counts", JSON.stringify(kept)); } catch { /* storage may be closed to us */ }
  }
  function countsShow() {
    let kept = {};
    try { kept = JSON.parse(sessionStorage.getItem("cefn-counts") ?? "{}"); } catch { return; }
    Object.entries(kept).forEach(([id, text]) => { const node = document.getElementById(id); if (node && !node.textContent) node.textContent = text; });
  }
  document.addEventListener("htmx:oobAfterSwap", countsKeep);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.once === undefined) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  document.addEventListener("change", (event) => { if (event.target.dataset.autosubmit !== undefined) event.target.form.requestSubmit(); });

  themeApply();
  countsShow();
  $$("#toasts .toast").forEach(toastArm);
  $(".field.wrong :is(input, select, textarea)")?.focus();
  window.cefn = { toast, drawerLoad, drawerClose };
})();
