/* Runs before the first paint, so that a dark machine never sees a light flash. */
{
  const root = document.documentElement;
  const dark = root.dataset.wish === "dark" || (root.dataset.wish === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
}
