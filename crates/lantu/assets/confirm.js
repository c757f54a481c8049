// 确认 by keys: every key presses a button or follows a link that is on the page
// anyway; the answer is only the right-hand pane, exchanged without a new page.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const pane = () => $("pane");
  if (!pane()) return;
  let busy = false;

  // The marks follow what was decided, by oneself or by others.
  const remark = (from) => {
    const fates = new Map((from.dataset.states || "").split(" ").filter(Boolean).map((pair) => pair.split(":")));
    for (const mark of document.querySelectorAll("mark[data-of]")) mark.dataset.fate = fates.get(mark.dataset.of) || "open";
  };
  const point = () => {
    const at = pane().dataset.at;
    for (const mark of document.querySelectorAll("mark.here")) mark.classList.remove("here");
    const marks = at ? document.querySelectorAll(`mark[data-keys~="${at}"]`) : [];
    for (const mark of marks) mark.classList.add("here");
    // Where the panes are stacked, the one at hand quotes its words; scrolling would lead away from it.
    if (marks.length > 0 && matchMedia("(min-width: 1001px)").matches) marks[0].scrollIntoView({ block: "center" });
    return marks.length > 0;
  };
  const sorts = () => {
    const form = $("fields");
    const kind = form && form.elements.namedItem("kind");
    if (!kind || !form.querySelector(".of-measure") || !form.querySelector(".of-work")) return;
    const measure = kind.value === "measure";
    form.querySelector(".of-measure").hidden = !measure;
    form.querySelector(".of-work").hidden = measure;
  };
  const exchange = async (address, options) => {
    if (busy) return;
    busy = true;
    pane().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, options);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("pane");
      // Logged out, or the server refuses in its own words: show that page.
      if (!next || page.querySelector("main")) { location.assign(pane().dataset.href); return; }
      pane().replaceWith(next);
      remark($("progress"));
      history.replaceState(null, "", next.dataset.href);
      const outside = !point() && next.dataset.line && !next.dataset.adding && !$("L" + next.dataset.line);
      if (outside) { location.assign(next.dataset.href); return; }
      sorts();
      const first = next.dataset.adding && next.querySelector("#fields [name=name]");
      (first || next).focus({ preventScroll: true });
    } catch {
      location.assign(pane().dataset.href);
    } finally {
      busy = false;
      pane().removeAttribute("aria-busy");
    }
  };
  const go = (href) => {
    if (!href) return;
    const address = new URL(href, location.href);
    address.hash = "";
    address.searchParams.set("part", "pane");
    exchange(address);
  };
  const send = (form, button) => {
    const fields = new URLSearchParams(new FormData(form, button));
    fields.set("part", "pane");
    exchange(form.action, { method: "POST", body: fields });
  };
  const press = (id) => { const form = $(id); if (form) send(form, form.querySelector("button[type=submit]")); };
  const unfold = (id, selector) => {
    const fold = $(id);
    if (!fold) return;
    fold.open = true;
    const field = fold.querySelector(selector);
    field.focus();
    if (field.select) field.select();
  };

  // The selected words as characters of their line.
  const selected = () => {
    const choice = getSelection();
    if (!choice || choice.isCollapsed || choice.rangeCount === 0) return null;
    const range = choice.getRangeAt(0);
    const line = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("#text [id^=L]");
    const from = line(range.startContainer);
    if (!from || from !== line(range.endContainer)) return null;
    const length = (node, offset) => {
      const before = document.createRange();
      before.selectNodeContents(from);
      before.setEnd(node, offset);
      const words = before.cloneContents();
      for (const number of words.querySelectorAll(".line")) number.remove();
      return [...words.textContent].length;
    };
    return { line: from.id.slice(1), start: length(range.startContainer, range.startOffset), end: length(range.endContainer, range.endOffset) };
  };
  const add = () => {
    const place = selected();
    if (!place) { unfold("find", "[name=line]"); return; }
    const address = new URL(pane().dataset.href, location.href);
    for (const [name, value] of Object.entries(place)) address.searchParams.set(name, value);
    go(address.href);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy) return;
    const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
    if (event.key === "Escape") {
      if (typing) event.target.blur();
      for (const fold of document.querySelectorAll("#pane .candidate details[open], #find[open]")) fold.open = false;
      return;
    }
    if (typing || document.querySelector("dialog[open]")) return;
    const data = pane().dataset;
    const button = event.target instanceof HTMLElement && event.target.closest("button, summary, a[href]");
    const rejecting = $("reject") && $("reject").open;
    const keys = {
      j: () => go(data.next), k: () => go(data.previous), o: () => go(data.open),
      a: () => (data.fate === "open" || data.fate === "rejected" ? press("accept") : go(data.open)),
      x: () => unfold("reject", "button, input:not([type=hidden])"),
      e: () => { const field = document.querySelector("#fields [name=name]"); if (field) { field.focus(); field.select(); } },
      s: () => unfold("split", "[name=names]"), m: () => press("merge"), u: () => press("undo"),
      A: () => press("certain"), n: add,
    };
    if (rejecting && /^[1-5]$/.test(event.key)) {
      const chosen = $("reject").querySelector(`[data-digit="${event.key}"]`);
      if (chosen && chosen.matches("button")) send(chosen.form, chosen);
      else if (chosen) chosen.focus();
    } else if (event.key === "Enter" && !button) keys.a();
    else if (Object.hasOwn(keys, event.key)) keys[event.key]();
    else return;
    event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#pane") || event.target.method !== "post") return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("#pane .candidates a, #pane .candidate header a, #text mark a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(link.href);
  });
  document.addEventListener("change", (event) => { if (event.target.name === "kind") sorts(); });

  // What others decide meanwhile is shown by and by; a form one is filling in stays as it is.
  setInterval(async () => {
    if (busy || document.hidden) return;
    const address = new URL(pane().dataset.href, location.href);
    address.searchParams.set("after", $("progress").dataset.last);
    address.searchParams.set("part", "pane");
    const answer = await fetch(address).catch(() => null);
    if (!answer || answer.status !== 200 || busy) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
    if (!next) return;
    $("progress").replaceWith(next);
    remark(next);
  }, 10000);
  point();
  sorts();
})();
