// What the pages gain from a script; all of them work without it.
// `/` goes to the search field, `j` and `k` walk the rows, Enter opens one,
// `?` shows these keys, a changed filter is applied at once.
(() => {
  "use strict";
  // The bar of places of a telephone begins where one is.
  const bar = document.querySelector(".places ul");
  const here = bar?.querySelector("a[aria-current]");
  if (here) bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
  const typing = (el) => el instanceof HTMLElement && (el.matches("input, select, textarea") || el.isContentEditable);
  const rows = () => [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("a"));
  const walk = (step) => {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((row) => row.classList.contains("here"));
    const next = Math.min(all.length - 1, Math.max(0, at + step));
    if (at >= 0) all[at].classList.remove("here");
    all[next].classList.add("here");
    all[next].querySelector("a").focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const keys = document.getElementById("keys");
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "?" && keys) keys.open ? keys.close() : keys.showModal();
    else if (event.key === "/") {
      const field = document.querySelector("input[type=search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) event.target.closest("form.filters")?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    // One press is one request: a slow network must not enter a figure twice.
    const button = event.target.querySelector("button[type=submit], button:not([type])");
    if (event.target.method === "post" && button) setTimeout(() => { button.disabled = true; }, 0);
  });
  document.addEventListener("click", (event) => {
    for (const chip of document.querySelectorAll("details.chip[open]")) if (!chip.contains(event.target)) chip.open = false;
  });
})();
