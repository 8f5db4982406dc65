// Writing a reply: kept as it is written, sent by Ctrl+Enter, five seconds to think again; ready replies and colleagues
// to pick. The page that closes meanwhile sends at once: who pressed "Send" has sent.
const UNDO = 5;
const form = document.getElementById("reply");
const here = document.getElementById("case").dataset.live.replace(/\/live$/, "");
const token = document.querySelector("input[name=token]").value;
const tell = (name, fields = {}) => fetch(`${here}/${name}`, { method: "POST", body: new URLSearchParams({ token, ...fields }), keepalive: true }).catch(() => {});
let typedAt = 0, saving = null, counting = null, gone = false;

const say = (typing) => tell("here", typing ? { typing: "1" } : {});
say(false);
setInterval(() => { if (!document.hidden) say(Date.now() - typedAt < 10_000); }, 15_000);
addEventListener("pagehide", () => fetch("/desk/here", { method: "POST", body: new URLSearchParams({ token }), keepalive: true }).catch(() => {}));
document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea")) return;
  if (Date.now() - typedAt > 10_000) say(true);
  typedAt = Date.now();
});

const box = document.getElementById("text"), bar = document.getElementById("undo"), ready = document.getElementById("ready");
const keep = () => { clearTimeout(saving); saving = null; if (box) tell("draft", { text: box.value }); };

if (bar) {
  let sending = null; // the form that waits to be taken back: the reply, or a ready one that goes out as it stands
  const lock = (on) => { bar.hidden = !on; if (box) box.readOnly = on; };
  const stop = () => { clearInterval(counting); counting = null; lock(false); };
  const really = () => { clearTimeout(saving); saving = null; gone = true; stop(); sending.submit(); };
  const not = () => { stop(); (sending === form ? box : sending.querySelector("button")).focus(); };
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.undo === undefined) return;
    if (event.submitter?.dataset.later !== undefined) { clearTimeout(saving); gone = true; return; }
    event.preventDefault();
    if (counting) return;
    sending = event.target;
    let left = UNDO;
    const show = () => { document.getElementById("undo-left").textContent = left; };
    keep();
    show();
    lock(true);
    counting = setInterval(() => { left -= 1; if (left <= 0) really(); else show(); }, 1000);
  });
  document.getElementById("undo-do").addEventListener("click", not);
  document.getElementById("undo-not").addEventListener("click", really);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && counting) { event.stopPropagation(); not(); } }, true);
  addEventListener("pagehide", () => {
    if (counting) { gone = true; fetch(sending.action, { method: "POST", body: new URLSearchParams(new FormData(sending)), keepalive: true }).catch(() => {}); stop(); }
    else if (saving && !gone) keep();
  });
}

if (form && box) {
  box.addEventListener("input", () => { clearTimeout(saving); saving = setTimeout(keep, 700); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !counting) { event.preventDefault(); form.requestSubmit(); }
    if (event.key === "/" && !box.value) { event.preventDefault(); ready.open = true; ready.scrollIntoView({ block: "nearest" }); document.getElementById("ready-find").focus(); }
  });
}

if (ready) {
  const find = document.getElementById("ready-find"), rows = [...ready.querySelectorAll("[data-words]")];
  const pick = (link) => { box.value = link.dataset.text; ready.open = false; box.dispatchEvent(new Event("input", { bubbles: true })); box.focus(); };
  find.addEventListener("input", () => {
    for (const row of rows) row.hidden = !row.dataset.words.toLowerCase().includes(find.value.trim().toLowerCase());
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { ready.open = false; (box ?? ready.querySelector("summary")).focus(); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    const link = rows.find((row) => !row.hidden)?.querySelector("[data-text]");
    if (link) pick(link);
  });
  for (const link of document.querySelectorAll("#ready [data-text], #suggested [data-text]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); pick(link); });
  }
}

const note = document.getElementById("note"), called = document.getElementById("called");
const begun = () => /@([^@\n]{0,40})$/.exec(note.value.slice(0, note.selectionStart));
note.addEventListener("input", () => {
  const at = begun();
  let shown = 0;
  for (const one of called.children) {
    one.hidden = !at || shown >= 6 || !one.dataset.name.toLowerCase().startsWith(at[1].toLowerCase());
    if (!one.hidden) shown += 1;
  }
  called.hidden = !shown;
});
for (const one of called.children) {
  one.addEventListener("click", () => {
    const at = begun(), end = note.selectionStart, start = at ? at.index : end;
    note.setRangeText(`@${one.dataset.name} `, start, end, "end");
    called.hidden = true;
    note.focus();
  });
}
