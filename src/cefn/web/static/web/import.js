/* The import page: a file may be dropped on the field, and its name is shown. */
(() => {
  "use strict";
  const drop = document.getElementById("drop");
  const input = document.getElementById("file");
  if (!drop || !input) return;
  const name = drop.querySelector("[data-name]");
  const show = () => {
    if (input.files.length) name.textContent = input.files[0].name;
    document.getElementById("reading").replaceChildren();
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
  });
})();
