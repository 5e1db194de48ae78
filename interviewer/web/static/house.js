// Small conveniences; every page works without them.
"use strict";

// A form that was sent is not sent twice by an impatient second press. It is free again when somebody comes back to
// the page, and after a while: the connection may have failed.
const AGAIN_AFTER = 8000; // milliseconds

function free(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  window.setTimeout(free, AGAIN_AFTER, form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach(free));

// A button that asks before it does what cannot be undone.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ask]");
  if (button && !window.confirm(button.dataset.ask)) event.preventDefault();
});

// Copying a link or a text, said where it was pressed.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.dataset.label || (button.dataset.label = button.textContent);
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.parentElement.querySelector(".copied")?.select();
    button.textContent = "Press Ctrl+C";
  }
  window.setTimeout(() => { button.textContent = label; }, 2000);
});

// A menu closes with Escape, and when something else is pressed.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
