// One conversation, live: rows are added at the end and change in their place; what is being written is left alone.
import { listen } from "./desk_live.js";

const words = document.getElementById("words").dataset;
const talk = document.getElementById("talk");
const newer = document.getElementById("newer");
const where = document.getElementById("case").dataset.live;
const owner = () => document.querySelector("#head .whose").textContent.trim();
const put = (id, text) => { const node = document.getElementById(id); if (node.textContent !== text) node.textContent = text; };
const atEnd = () => talk.scrollTop > -40; // it grows upwards: its end is zero
const toEnd = () => { talk.scrollTop = 0; newer.hidden = true; };
let over = false;

function take(page) {
  const thread = document.getElementById("thread"), wasAtEnd = atEnd();
  const keys = new Set([...page.querySelectorAll("#thread > [data-key]")].map((row) => row.dataset.key));
  let fresh = false;
  for (const row of page.querySelectorAll("#thread > [data-key]")) {
    const mine = thread.querySelector(`[data-key="${CSS.escape(row.dataset.key)}"]`);
    if (!mine) { thread.querySelector(".quiet")?.remove(); thread.append(document.adoptNode(row)); fresh = true; }
    else if (mine.innerHTML !== row.innerHTML) mine.innerHTML = row.innerHTML;
  }
  for (const row of thread.querySelectorAll("[data-waits]")) { // what goes out later stands last, and not twice once it has gone
    const after = row.nextElementSibling;
    if (!keys.has(row.dataset.key)) row.remove();
    else if (after && !after.hasAttribute("data-waits")) thread.append(row);
  }
  const head = document.getElementById("head"), next = page.getElementById("head");
  head.dataset.state = next.dataset.state;
  besides(page);
  for (const list of document.querySelectorAll("select[data-yes]")) { // what they wrote since; what was chosen stays chosen
    const next = page.getElementById(list.id), was = list.value;
    if (next && next.innerHTML !== list.innerHTML) { list.innerHTML = next.innerHTML; list.value = was; }
  }
  const door = document.getElementById("door"), nextDoor = page.getElementById("door");
  if (door && nextDoor && door.classList.contains("shut") && !nextDoor.classList.contains("shut")) return opened();
  if (door && nextDoor && door.textContent !== nextDoor.textContent) { door.innerHTML = nextDoor.innerHTML; door.className = nextDoor.className; }
  put("others", page.getElementById("others").textContent.trim());
  const clock = head.querySelector(".clock"), nextClock = next.querySelector(".clock");
  if (clock.innerHTML !== nextClock.innerHTML) clock.innerHTML = nextClock.innerHTML;
  if (owner() !== next.querySelector(".whose").textContent.trim()) put("line", words.moved);
  if (fresh && wasAtEnd) toEnd();
  else if (fresh) newer.hidden = false;
}

function opened() { // they wrote: the box is here again, unless a note would be lost
  if ([...document.querySelectorAll("textarea")].some((one) => one.value)) put("line", words.opened);
  else location.reload();
}

function besides(page) { // those that are new stand under "Queue (n)"; none moves
  const all = document.getElementById("beside"), now = page.getElementById("beside");
  for (const row of all.querySelectorAll("[data-id]")) {
    const next = now.querySelector(`[data-id="${CSS.escape(row.dataset.id)}"]`);
    row.dataset.state = next ? next.dataset.state : "gone";
    if (next && row.innerHTML !== next.innerHTML) row.innerHTML = next.innerHTML;
  }
  const count = all.querySelector("a"), next = now.querySelector("a");
  if (count.textContent !== next.textContent) count.textContent = next.textContent;
}

async function look() {
  if (over) return;
  try {
    const answer = await fetch(where, { signal: AbortSignal.timeout(5000) });
    if (answer.status === 410) { over = true; put("line", words.over); return; }
    if (answer.status === 401) { put("line", words.out); return; }
    if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { put("line", words.line); }
}

newer.addEventListener("click", toEnd);
talk.addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; });
document.addEventListener("submit", (event) => { // a second click sends nothing twice
  if (event.target.dataset.undo !== undefined) return; // it waits to be taken back first
  const button = event.target.querySelector("button[type=submit]");
  setTimeout(() => { button.disabled = true; });
});
addEventListener("pageshow", () => { for (const one of document.querySelectorAll("button:disabled")) one.disabled = false; });
// What is being written outlives a log-out and a reload of this tab; once it stands in the thread it is forgotten.
const box = document.getElementById("text"), place = `reply:${where}`;
const last = (text) => { const told = text.trim(); return (one) => one === told || one.endsWith(`\n${told}`); }; // behind what it quotes
const stands = (text) => [...document.querySelectorAll("#thread .person .text")].map((one) => one.textContent.trim()).some(last(text));
if (box) {
  const kept = sessionStorage.getItem(place) ?? "";
  if (stands(kept)) sessionStorage.removeItem(place);
  else if (!box.value) box.value = kept;
  box.addEventListener("input", () => sessionStorage.setItem(place, box.value));
}
toEnd();
if (matchMedia("(pointer: fine)").matches) document.getElementById("text")?.focus({ preventScroll: true });
listen(look, (isDown) => { if (!over) put("line", isDown ? words.line : ""); });
