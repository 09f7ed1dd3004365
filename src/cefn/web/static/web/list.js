/* Lists: picking rows, the bulk bar, column widths, the column chooser. Loaded on list pages only. */
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  let last = null;

  function pickedShow() {
    const boxes = $$("input[name=pick]");
    const picked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("picked", box.checked));
    const bar = $("#bulk");
    if (!bar) return;
    bar.hidden = picked.length === 0;
    $(".picked-count", bar).textContent = picked.length;
    const whole = $("#pick-all");
    if (whole) { whole.checked = picked.length > 0 && picked.length === boxes.length; whole.indeterminate = picked.length > 0 && !whole.checked; }
    const everything = $("#everything", bar);
    if (everything) { everything.closest(".check").hidden = !(whole?.checked); if (!whole?.checked) everything.checked = false; }
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=pick]");
    if (box && event.shiftKey && last) {
      const boxes = $$("input[name=pick]");
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
    }
    if (box) last = box;
    if (event.target.closest("[data-unpick]")) $$("input[name=pick], #pick-all").forEach((other) => { other.checked = false; });
    pickedShow();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "pick-all") $$("input[name=pick]").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("input[name=pick], #pick-all")) pickedShow();
  });
  document.addEventListener("htmx:afterSettle", () => { widthsShow(); pickedShow(); });

  /* Filter forms send only what was filled in, and several choices of one filter joined by commas. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-filters]");
    if (!form) return;
    event.preventDefault();
    const wanted = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value === "") continue;
      wanted.set(name, wanted.has(name) && name !== "q" ? `${wanted.get(name)},${value}` : value);
    }
    const text = wanted.toString().replaceAll("%2C", ",");
    location.assign(text ? `?${text}` : location.pathname);
  });

  /* Column widths are this browser's own affair. */
  const table = () => $("table[data-area]");
  const name = () => `cefn-widths-${table()?.dataset.area}`;
  function widthsShow() {
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(name()) ?? "{}"); } catch { return; }
    $$("th[data-column]", table() ?? undefined).forEach((head) => {
      const width = kept[head.dataset.column];
      if (width) { head.style.width = `${width}px`; head.style.minWidth = `${width}px`; }
    });
  }
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip) return;
    event.preventDefault();
    const head = grip.closest("th");
    const start = event.clientX;
    const width = head.offsetWidth;
    const move = (now) => {
      const wide = Math.max(48, width + now.clientX - start);
      head.style.width = `${wide}px`;
      head.style.minWidth = `${wide}px`;
    };
    const stop = () => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", stop);
      let kept = {};
      try { kept = JSON.parse(localStorage.getItem(name()) ?? "{}"); } catch { kept = {}; }
      kept[head.dataset.column] = head.offsetWidth;
      localStorage.setItem(name(), JSON.stringify(kept));
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", stop);
  });

  widthsShow();
  pickedShow();
})();
