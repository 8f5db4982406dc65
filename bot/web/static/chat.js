// The live chat page. All text goes in as text; only addresses that the server names become links.
// What was typed is never lost: it stays in its bubble until the server has it, and trying again is harmless.
const $ = (id) => document.getElementById(id);
const log = $("log"), scroll = $("scroll"), form = $("compose"), box = $("text"), quick = $("quick");
const words = $("words").dataset, lang = document.documentElement.lang;
const SEND_TIMEOUT = 15000, SILENCE = 40000, POLL = 5000, SLOW = 20000;
let last = Number(log.dataset.last), source = null, heard = 0, poller = 0, connected = false;

const today = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" });
const earlier = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
function tell(time, iso) {
  const at = new Date(iso);
  time.dateTime = iso;
  time.textContent = (at.toDateString() === new Date().toDateString() ? today : earlier).format(at);
}

function isAtEnd() { return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80; }
function toEnd() { scroll.scrollTop = scroll.scrollHeight; }

function fill(target, text, links) {
  const known = new Set(links);
  let rest = text;
  while (rest) {
    const found = links.filter((link) => rest.includes(link)).sort((a, b) => rest.indexOf(a) - rest.indexOf(b) || b.length - a.length)[0];
    const at = found ? rest.indexOf(found) : rest.length;
    target.append(rest.slice(0, at));
    if (found && known.has(found)) {
      const link = document.createElement("a");
      link.href = found; link.textContent = found; link.target = "_blank"; link.rel = "noopener noreferrer";
      target.append(link);
    }
    rest = found ? rest.slice(at + found.length) : "";
  }
}

function line(message) {
  const node = $(`line-${message.author}`).content.firstElementChild.cloneNode(true);
  if (message.id) { node.dataset.id = message.id; node.dataset.number = message.number || 0; }
  fill(node.querySelector(".text"), message.text, message.links || []);
  tell(node.querySelector("time"), message.at);
  return node;
}

function has(id) { return [...log.children].some((node) => node.dataset.id === id); }

function show(message) {
  last = Math.max(last, message.number || 0);
  if (has(message.id)) return;
  const stay = isAtEnd();
  log.append(line(message));
  $("empty").hidden = true;
  offer(message.choices || []);
  if (stay) toEnd();
}

function offer(choices) {
  quick.querySelectorAll("button").forEach((button) => button.remove());
  for (const choice of choices) {
    const button = document.createElement("button");
    button.type = "submit"; button.name = "text"; button.value = choice; button.textContent = choice;
    quick.append(button);
  }
  quick.hidden = !choices.length;
}

let slow = 0;
function typing(on) {
  const stay = isAtEnd(), note = $("typing").querySelector(".slow");
  clearTimeout(slow);
  note.hidden = true;
  $("typing").hidden = !on;
  if (on) slow = setTimeout(() => { note.hidden = false; toEnd(); }, SLOW);
  if (stay) toEnd();
}

// Sending

async function post(node) {
  node.querySelector(".unsent")?.remove();
  const state = document.createElement("span");
  state.className = "sending"; state.textContent = words.sending;
  const slow = setTimeout(() => node.querySelector(".meta").append(" · ", state), 400);
  try {
    const answer = await fetch("/chat/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Parley": "chat", Accept: "application/json" },
      body: JSON.stringify({ id: node.dataset.client, text: node.dataset.text }),
      signal: AbortSignal.timeout(SEND_TIMEOUT),
    });
    if (!answer.ok) throw new Refused((await answer.json()).error);
    problem("");
    node.removeAttribute("data-text");
  } catch (error) {
    problem(error instanceof Refused ? error.message : "");
    node.querySelector(".meta").append($("unsent").content.cloneNode(true));
    node.querySelector(".again").addEventListener("click", () => { post(node); box.focus(); });
  } finally {
    clearTimeout(slow);
    if (state.isConnected) { state.previousSibling.remove(); state.remove(); }
    toEnd();
  }
}
class Refused extends Error {}

function problem(text) { $("problem").textContent = text || ""; }

function say(text) {
  text = text.trim();
  if (!text) return;
  const node = line({ author: "you", text, at: new Date().toISOString() });
  node.dataset.client = uuid();
  node.dataset.text = text;
  log.append(node);
  $("empty").hidden = true;
  offer([]);
  toEnd();
  post(node);
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((b, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + b.toString(16).padStart(2, "0")).join("");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  say(box.value);
  box.value = "";
  grow();
  box.focus();
});
quick.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter) say(event.submitter.value);
  box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`;
}
box.addEventListener("input", grow);

// Receiving

function connect() {
  source?.close();
  source = new EventSource(`/chat/stream?after=${last}`);
  heard = Date.now();
  source.addEventListener("open", () => {
    const again = connected === false && poller !== 0;
    connected = true; heard = Date.now();
    clearInterval(poller); poller = 0;
    status();
    if (again) refresh(false);
  });
  source.addEventListener("message", (event) => { heard = Date.now(); show(JSON.parse(event.data)); });
  source.addEventListener("typing", (event) => { heard = Date.now(); typing(JSON.parse(event.data).typing); });
  source.addEventListener("lock", (event) => { heard = Date.now(); lock(JSON.parse(event.data).locked); });
  source.addEventListener("ping", () => { heard = Date.now(); });
  source.addEventListener("error", () => {
    connected = false;
    poller ||= setInterval(lookAgain, POLL);
    setTimeout(status, 1500);
  });
}

function lookAgain() {
  if (document.hidden || !navigator.onLine) return;
  refresh(false);
  if (source.readyState === EventSource.CLOSED) connect();
}

function status() {
  const text = !navigator.onLine ? words.offline : connected || !poller ? "" : words.lost;
  if ($("connection").textContent !== text) $("connection").textContent = text;
}

// Everything anew when the history was hidden or came back; otherwise only what is missing.
async function refresh(anew) {
  try {
    const answer = await fetch(anew ? "/chat/messages" : `/chat/messages?after=${last}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401) { problem((await answer.json()).error); return; }
    if (!answer.ok) return;
    const page = await answer.json();
    if (!anew && page.locked !== !$("locked").hidden) return lock(page.locked);
    if (anew) {
      log.setAttribute("aria-live", "off");
      const top = Math.max(0, ...page.messages.map((message) => message.number));
      [...log.children].filter((node) => !node.dataset.text && !(Number(node.dataset.number) > top)).forEach((node) => node.remove());
      log.prepend(...page.messages.map(line));
      const end = page.messages.at(-1);
      offer(end && log.lastElementChild.dataset.id === end.id ? end.choices : []);
      last = Math.max(last, top);
      $("empty").hidden = true;
      toEnd();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
    } else page.messages.forEach(show);
    typing(page.typing);
  } catch { status(); }
}

function lock(locked) {
  $("locked").hidden = !locked;
  if (locked) {
    [...log.children].filter((node) => !node.dataset.text).forEach((node) => node.remove());
    offer([]);
  }
  refresh(true);
}

setInterval(() => { if (source.readyState === EventSource.OPEN && Date.now() - heard > SILENCE) connect(); }, POLL);
addEventListener("online", () => { status(); connect(); });
addEventListener("offline", status);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (!$("typing").hidden) typing(true);
document.querySelectorAll("#log time[datetime]").forEach((time) => tell(time, time.dateTime));
connect();
status();
toEnd();
