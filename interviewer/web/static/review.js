// Reviewing by keys, and the talk beside its points. Every page works without it.
"use strict";

// One key each: a button or link says which with data-key. The keys can be switched off, and that is remembered.
const KEYS = "review-keys";
const keysOn = () => {
  try { return localStorage.getItem(KEYS) !== "off"; } catch { return true; }
};
const typing = (place) => place.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || !keysOn()) return;
  const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
});

const keySwitch = document.querySelector("[data-keys]");
if (keySwitch) {
  keySwitch.closest("label").hidden = false;
  const show = () => document.body.classList.toggle("keys-off", !keysOn());
  keySwitch.checked = keysOn();
  show();
  keySwitch.addEventListener("change", () => {
    try { localStorage.setItem(KEYS, keySwitch.checked ? "on" : "off"); } catch { /* The choice lasts for this page. */ }
    show();
  });
}

// The next finding is read from its beginning.
document.addEventListener("htmx:after:settle", () => {
  const title = document.getElementById("finding-title");
  if (!title) return;
  title.focus({ preventScroll: true });
  document.getElementById("review").scrollIntoView({ block: "start" });
});

// Pressing a point lights up its words in the talk beside it, and only those.
const light = (target) => {
  for (const mark of document.querySelectorAll("mark[data-marks]")) {
    mark.classList.toggle("lit", Boolean(target) && mark.dataset.marks.split(" ").includes(target));
  }
};
document.addEventListener("focusin", (event) => light(event.target.closest("[data-target]")?.dataset.target));
document.addEventListener("mouseover", (event) => {
  const over = event.target.closest("[data-target]");
  if (over) light(over.dataset.target);
});
const lightHash = () => { if (location.hash.startsWith("#p-")) light(decodeURIComponent(location.hash.slice(3))); };
window.addEventListener("hashchange", lightHash);
lightHash();

// A filter shows at once; without a script its button does.
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// How many are chosen for comparing, and no more than may be.
const chosen = document.querySelector("[data-chosen]");
if (chosen) {
  const most = Number(chosen.dataset.chosen);
  const boxes = [...document.querySelectorAll("input[name=interview]")];
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.disabled = !box.checked && ticked >= most;
    if (ticked) chosen.textContent = `${ticked} of at most ${most} chosen.`;
  };
  for (const box of boxes) box.addEventListener("change", count);
  count();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
