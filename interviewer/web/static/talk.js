// The conversation with a script: answers are streamed in, a draft is kept in this browser, the time left is shown,
// and the page says that it is open. Without this file the same page works with plain forms.
"use strict";

(() => {
  const root = document.getElementById("talk");
  if (!root) return;
  const at = root.dataset.at;
  const most = Number(root.dataset.most);
  const MINUTE = 60;
  const SAY_AT = [10, 5, 1];

  const byId = (name) => document.getElementById(name);
  const form = () => byId("answer");
  const box = () => byId("words");
  const turn = () => form()?.elements.turn.value ?? "";
  let busy = false;
  let pasted = 0;
  let leaving = false;

  // Things that may be forbidden in a private window
  const kept = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* the draft is lost with the page */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* there was none */ } },
  };

  // The draft, for each line of each interview

  const draftKey = () => `draft:${root.dataset.interview}:${turn()}`;
  const saveDraft = () => {
    if (!box()) return;
    if (box().value) kept.set(draftKey(), box().value);
    else kept.drop(draftKey());
  };
  const restoreDraft = () => {
    if (box() && !box().value) box().value = kept.get(draftKey()) ?? "";
    count();
  };

  const count = () => {
    const place = byId("count");
    if (!place || !box()) return;
    const length = [...box().value].length;
    const near = length > most * 0.9;
    place.className = length > most ? "too-long" : "";
    const words = near ? `${length.toLocaleString("en")} of ${most.toLocaleString("en")} characters` : "";
    if (place.textContent !== words) place.textContent = words;
  };

  // What is said to screen readers, and what went wrong

  const speak = (words) => { byId("spoken").textContent = words; };
  const tellProblem = (words) => {
    const place = byId("problem");
    place.replaceChildren();
    if (!words) return;
    const line = document.createElement("p");
    line.className = "notice warn";
    line.setAttribute("role", "alert");
    line.textContent = words;
    place.append(line);
    place.scrollIntoView({ block: "nearest" });
  };

  // Lines of the conversation

  const addLine = (id, who, text, more) => {
    const line = document.createElement("li");
    line.className = `turn ${who === "You" ? "mine" : "theirs"} fresh ${more}`.trim();
    line.id = id;
    for (const [name, words] of [["who", who], ["says", text]]) {
      const part = document.createElement("p");
      part.className = name;
      part.textContent = words;
      line.append(part);
    }
    byId("log").append(line);
    return line;
  };

  const hear = (row) => {
    if (!row.text && row.more) return;
    const known = byId(`turn-${row.turn}`);
    if (known) {
      const says = known.querySelector(".says");
      if (!known.classList.contains("fresh")) return;
      says.textContent = `${says.textContent} ${row.text}`.trim();
      known.classList.toggle("waiting", row.more);
      return;
    }
    for (const other of document.querySelectorAll(".turn.now")) other.classList.remove("now");
    const line = addLine(`turn-${row.turn}`, "AI interviewer", row.text, row.more ? "now waiting" : "now");
    line.scrollIntoView({ block: "nearest" });
  };

  // Sending

  const setBusy = (value) => {
    busy = value;
    form()?.setAttribute("aria-busy", String(value));
    for (const button of form()?.querySelectorAll("button") ?? []) button.disabled = value;
  };

  const echo = (command, words) => {
    const asked = { hint: "(You asked for a hint.)", repeat: "(You asked to hear it again.)", skip: "(You left this question out.)", end: "(You ended the interview.)" };
    for (const line of document.querySelectorAll(".turn.now")) line.classList.remove("now");
    return addLine(`turn-${Number(turn()) + 1}`, "You", asked[command] ?? words, "sending");
  };

  const rows = async function* (response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      rest += value ?? "";
      const lines = rest.split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) yield JSON.parse(line);
      if (done) return;
    }
  };

  const send = async (command) => {
    const words = box().value;
    if (busy) return;
    if (!command && !words.trim()) {
      box().focus();
      tellProblem("There is nothing in the box yet. Write your answer, ask for a hint, or leave the question out.");
      return;
    }
    if (!command && [...words].length > most) {
      tellProblem(`That is ${[...words].length.toLocaleString("en")} characters; an answer can have ${most.toLocaleString("en")}. Please shorten it: nothing is lost.`);
      box().focus();
      return;
    }
    tellProblem("");
    const body = new URLSearchParams({ turn: turn(), words, command: command ?? "", pasted: command ? "" : String(pasted) });
    const mine = echo(command, words);
    const draft = draftKey();
    const reading = addLine("reading", "AI interviewer", "", "waiting");
    setBusy(true);
    speak("Sent. The interviewer reads it.");
    let end = null;
    try {
      const response = await fetch(`${at}/say`, { method: "POST", body, headers: { Accept: "application/x-ndjson" } });
      if (!response.ok) throw new Error(String(response.status));
      for await (const row of rows(response)) {
        if (row.kind === "line") { mine.classList.remove("sending"); reading.remove(); hear(row); }
        if (row.kind === "end") end = row;
      }
    } catch { /* told below: the words are still in the box */ }
    reading.remove();
    await ended(end, command, mine, draft);
  };

  const ended = async (end, command, mine, draft) => {
    const taken = end && ["done", "stuck"].includes(end.fate);
    if (taken) {
      mine.classList.remove("sending");
      if (!command) { kept.drop(draft); pasted = 0; }
      if (!(await refresh(command ? box().value : ""))) location.assign(`${at}/talk`);
      if (command) kept.drop(draft);
      if (end.fate === "stuck") tellProblem(end.message);
      saveDraft();
      return;
    }
    mine.remove();
    if (end && end.fate === "late") {
      await refresh(box().value);
      tellProblem(end.message);
      saveDraft();
      return;
    }
    if (end && end.fate === "over" && box().value.trim() && !command) {
      // Sent as a form, the words come back beside the receipt.
      form().submit();
      return;
    }
    if (end && ["over", "elsewhere"].includes(end.fate)) {
      location.assign(`${at}/talk`);
      return;
    }
    setBusy(false);
    for (const line of [...document.querySelectorAll(".turn.theirs")].slice(-1)) line.classList.add("now");
    tellProblem(end?.message || "Your connection failed while this was being sent. Your words are still in the box: send them again, they are never stored twice.");
    box()?.focus();
  };

  // Bring the page up to date with the server's; false where the interview is elsewhere by now.
  const refresh = async (words) => {
    let page;
    const asked = Date.now();
    try {
      const response = await fetch(`${at}/talk`);
      if (response.redirected) { location.assign(response.url); return true; }
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      setBusy(false);
      return false;
    }
    const fresh = page.getElementById("talk");
    if (!fresh) return false;
    root.dataset.page = fresh.dataset.page;
    for (const line of page.querySelectorAll("#log > li")) {
      const mine = byId(line.id);
      if (!mine) { byId("log").append(line); continue; }
      mine.className = line.className;
      const says = mine.querySelector(".says");
      const wanted = line.querySelector(".says").textContent;
      if (says.textContent !== wanted) says.textContent = wanted;
    }
    for (const name of ["place", "answering"]) byId(name).replaceWith(page.getElementById(name));
    const left = page.getElementById("left");
    if (left && byId("left")) showLeft(Number(left.dataset.left), asked);
    busy = false;
    ready();
    if (words && box()) box().value = words;
    restoreDraft();
    beat();
    box()?.focus({ preventScroll: true });
    (document.querySelector(".turn.now") ?? byId("answering")).scrollIntoView({ block: "start", behavior: motion() });
    return true;
  };

  const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  // The time that is left: counted here, put right by the server with every sign that the page is open

  let ends = null;
  let said = new Set();
  const minutesWords = (seconds) => {
    const minutes = Math.floor(seconds / MINUTE);
    if (minutes) return `${minutes} min left`;
    return seconds > 0 ? "under a minute left" : "time is up; your answer still counts";
  };
  // `since`: when the server was asked; an answer that was long on its way must not give time back.
  const showLeft = (seconds, since) => {
    ends = since + seconds * 1000;
    tick();
  };
  const tick = () => {
    const place = byId("left");
    if (!place || ends === null) return;
    const seconds = Math.max(0, (ends - Date.now()) / 1000);
    const words = minutesWords(seconds);
    if (place.textContent !== words) place.textContent = words;
    const minutes = Math.ceil(seconds / MINUTE);
    const due = SAY_AT.find((one) => minutes <= one && !said.has(one));
    if (seconds && due) {
      for (const one of SAY_AT) if (one >= due) said.add(one);
      if (!place.hidden) speak(`${due === 1 ? "One minute" : `${due} minutes`} left.`);
    }
    if (!seconds && !said.has(0)) { said.add(0); speak("The time is up. Your answer still counts."); }
  };
  const clockButton = () => {
    const clock = byId("clock");
    const place = byId("left");
    if (!clock || !place) return;
    const button = document.createElement("button");
    button.type = "button";
    const apply = (hide) => {
      place.hidden = hide;
      button.textContent = hide ? "Show time" : "Hide time";
    };
    button.addEventListener("click", () => {
      const hide = !place.hidden;
      apply(hide);
      kept.set("hide-time", hide ? "yes" : "");
    });
    apply(kept.get("hide-time") === "yes");
    clock.append(button);
    const first = Number(place.dataset.left);
    for (const one of SAY_AT) if (first / MINUTE <= one) said.add(one);
    if (!first) said.add(0);
    showLeft(first, Date.now());
  };

  // Being here

  const beat = async () => {
    if (leaving || busy) return;
    const asked = Date.now();
    try {
      const body = new URLSearchParams({ page: root.dataset.page, state: "here" });
      const response = await fetch(`${at}/presence`, { method: "POST", body });
      const answer = response.ok ? await response.json() : null;
      if (answer?.here && answer.left !== null) showLeft(answer.left, asked);
    } catch { /* the next sign may arrive */ }
  };
  const gone = () => {
    saveDraft();
    if (leaving) return;
    // A page that closes is hidden right after, which must be no sign that it is open.
    leaving = true;
    navigator.sendBeacon(`${at}/presence`, new URLSearchParams({ page: root.dataset.page, state: "gone" }));
  };
  window.addEventListener("pagehide", gone);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => { saveDraft(); beat(); });
  window.setInterval(beat, Number(root.dataset.beat) * 1000);
  window.setInterval(tick, 5000);

  // The form; it is made anew with every line

  const ready = () => {
    const mine = form();
    if (!mine) return;
    mine.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (button?.hasAttribute("formaction")) { saveDraft(); return; }
      event.preventDefault();
      send(button?.value || null);
    });
    box().addEventListener("input", () => { saveDraft(); count(); });
    box().addEventListener("paste", (event) => {
      pasted += [...(event.clipboardData?.getData("text") ?? "")].length;
    });
    box().addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        send(null);
      }
    });
  };

  ready();
  restoreDraft();
  clockButton();
  beat();
})();
