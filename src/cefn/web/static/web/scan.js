/* Scan screens: the field keeps focus, a scan is answered at once by sound, vibration and colour. The server checks again. */
(() => {
  "use strict";
  const page = document.querySelector("[data-scan]");
  const field = document.getElementById("scan-field");
  if (!page || !field) return;
  const $$ = (selector, from = page) => [...from.querySelectorAll(selector)];
  const plain = (code) => code.trim().normalize("NFC").toLowerCase().replace(/^0+/, "");
  const codes = (from) => $$("[data-code]", from).map((node) => plain(node.dataset.code));
  const say = page.querySelector("[data-say]");
  const counter = page.querySelector("[data-count]");
  let sound = null;

  function beep(is_right) {
    navigator.vibrate?.(is_right ? 40 : [90, 60, 90]);
    try {
      sound ??= new AudioContext();
      const tone = sound.createOscillator();
      const gain = sound.createGain();
      tone.frequency.value = is_right ? 1320 : 220;
      gain.gain.value = 0.08;
      tone.connect(gain).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + (is_right ? 0.08 : 0.3));
    } catch { /* a browser without sound still shows colour and words */ }
  }
  function answer(is_right, words = "") {
    page.classList.toggle("right", is_right);
    page.classList.toggle("wrong", !is_right);
    say.textContent = words;
    say.hidden = is_right;
    beep(is_right);
  }
  const fill = (pattern, values) => pattern.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

  /* Pick: each scan counts one; the last one confirms. */
  function pick(scanned) {
    if (!codes(page).includes(plain(scanned))) {
      answer(false, fill(page.dataset.wrong, { wanted: page.querySelector("[data-code]").dataset.code, scanned }));
      return;
    }
    const wanted = Number(page.dataset.quantity);
    const count = Number(counter.textContent) + 1;
    counter.textContent = count;
    answer(true);
    if (count >= wanted) { field.value = scanned; field.form.requestSubmit(); }
  }

  /* Pack: each scan goes into the current parcel, never more than was picked. */
  const lines = () => $$("[data-line]");
  const packed = (line) => $$(".pack-count", line).reduce((sum, input) => sum + Number(input.value || 0), 0);
  function packShow() {
    let whole = 0;
    lines().forEach((line) => { const n = packed(line); whole += n; line.classList.toggle("full", n === Number(line.dataset.wanted)); });
    counter.textContent = whole;
  }
  function pack(scanned) {
    const fits = lines().filter((line) => codes(line).includes(plain(scanned)));
    if (!fits.length) { answer(false, fill(page.dataset.wrong, { scanned })); return; }
    const open = fits.find((line) => packed(line) < Number(line.dataset.wanted));
    if (!open) { answer(false, fill(page.dataset.full, { wanted: fits[0].dataset.sku })); return; }
    const parcel = page.querySelector("[name=current]:checked")?.value ?? "1";
    const input = open.querySelector(`.pack-count[data-parcel="${parcel}"]`);
    input.value = Number(input.value || 0) + 1;
    answer(true);
    packShow();
  }

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Tab") return;
    const scanned = field.value.trim();
    if (!scanned) { if (event.key === "Enter") event.preventDefault(); return; }
    event.preventDefault();
    field.value = "";
    page.dataset.scan === "pick" ? pick(scanned) : pack(scanned);
  });
  page.querySelector("[data-take]")?.addEventListener("click", () => { field.value = ""; });
  if (page.dataset.scan === "pack") { page.addEventListener("input", packShow); packShow(); }

  /* Focus comes back to the field unless a person is in another one or in a dialog. */
  document.addEventListener("focusout", () => setTimeout(() => {
    const at = document.activeElement;
    if ((!at || at === document.body) && !document.querySelector("dialog[open], details[open]")) field.focus({ preventScroll: true });
  }, 50));
  const offline = page.querySelector("[data-offline]");
  const lineShow = () => { if (offline) offline.hidden = navigator.onLine; };
  window.addEventListener("online", lineShow);
  window.addEventListener("offline", lineShow);
  lineShow();
  field.focus({ preventScroll: true });
})();
