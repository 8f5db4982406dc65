// The live chat page. All text goes in as text; only addresses that the server names become links.
// What was typed is never lost: a draft and what is not sent yet outlive a reload of this tab, and trying again is
// harmless. What one tab sends stands in the others.
const $ = (id) => document.getElementById(id);
const log = $("log"), scroll = $("scroll"), form = $("compose"), box = $("text"), quick = $("quick");
const attach = $("attach"), file = $("file"), uploads = new Map();
const words = $("words").dataset, lang = { es: "es-US" }[document.documentElement.lang] || document.documentElement.lang;
const SEND_TIMEOUT = 15000, UPLOAD_TIMEOUT = 90000, SILENCE = 40000, POLL = 5000, SLOW = 20000, LONGEST = Number(form.dataset.longest), NEAR = 200;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("parley") : null;
let title = document.title, last = Number(log.dataset.last), source = null, heard = 0, poller = 0, connected = false, unseen = 0;

// Kept in this tab alone, and gone with it: the next person at this computer finds nothing.
function kept(name) { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } }
function keep(name, value) { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { return; } }

const today = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" });
const earlier = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
function tell(time, iso) {
  const at = new Date(iso);
  time.dateTime = iso;
  time.textContent = (at.toDateString() === new Date().toDateString() ? today : earlier).format(at);
}

// The newest is where an upside-down box begins: at 0. On a very low screen the page scrolls as a whole.
const low = matchMedia("(max-height: 339px)"), whole = document.scrollingElement;
// There a long answer is read from its beginning: its end leaves room for nothing but buttons.
function answer() {
  const mine = [...log.children].findLast((node) => node.matches(".you"));
  return mine?.nextElementSibling || mine || log.firstElementChild;
}
function isAtEnd() { return low.matches ? !answer() || answer().getBoundingClientRect().top < innerHeight : scroll.scrollTop > -80; }
function toEnd() {
  scroll.scrollTop = 0;
  if (low.matches) {
    form.scrollIntoView({ block: "end" });
    if (answer()?.getBoundingClientRect().top < -innerHeight / 2) answer().scrollIntoView();
  }
  $("newer").hidden = true;
}

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
  if (message.client) node.dataset.client = message.client;
  if (message.lang) node.lang = message.lang;
  fill(node.querySelector(".text"), message.text, message.links || []);
  node.querySelector(".bubble").hidden = !message.text;
  if (message.author === "you") node.querySelector(".file").hidden = !message.files;
  for (const [words, url] of message.steps || []) {
    const step = $("step").content.firstElementChild.cloneNode(true);
    step.firstElementChild.href = url; step.firstElementChild.textContent = words;
    step.firstElementChild.classList.toggle("primary", url.includes("/p/"));
    node.querySelector(".meta").before(step);
  }
  tell(node.querySelector("time"), message.at);
  return node;
}

function has(message) {
  return [...log.children].some((node) => (message.id && node.dataset.id === message.id) || (message.client && node.dataset.client === message.client));
}

function show(message) {
  last = Math.max(last, message.number || 0);
  if (has(message)) return;
  const stay = isAtEnd();
  log.append(line(message));
  $("empty").hidden = true; $("end").hidden = false;
  if (message.author !== "bot" || message.choices?.length) offer(message.choices || []);
  if (stay) toEnd(); else if (message.author !== "you") $("newer").hidden = false;
  if (message.author !== "you" && parent !== window) parent.postMessage({ parley: "message" }, "*"); // no word of it
  if (document.hidden && message.author !== "you") document.title = `(${++unseen}) ${title}`;
}
$("newer").addEventListener("click", () => { toEnd(); scroll.focus({ preventScroll: true }); });
scroll.addEventListener("scroll", () => { if (isAtEnd()) $("newer").hidden = true; });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { unseen = 0; document.title = title; } });

function wait(waiting) {
  const bar = $("waiting");
  bar.hidden = !waiting;
  if (!waiting) return;
  bar.querySelectorAll("[data-by]").forEach((part) => { part.hidden = part.dataset.by !== waiting.by; });
  tell(bar.querySelector("time"), waiting.since);
}

// Whose page it is may be known only once they have said who they are.
function speak({ company, phone }) {
  document.querySelector(".brand").textContent = company;
  title = words.title.replace("#", company);
  document.title = unseen ? `(${unseen}) ${title}` : title;
  scroll.setAttribute("aria-label", words.region.replace("#", company));
  $("line-agent").content.querySelector(".who").textContent = `${words.team.replace("#", company)}: `;
  const [queue, person] = $("waiting").querySelectorAll("[data-by]");
  queue.firstChild.textContent = `${words.waiting.replace("#", phone)} `;
  person.textContent = words.person.replace("#", company);
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
  delete node.dataset.later;
  const state = document.createElement("span");
  state.className = "sending"; state.textContent = words.sending;
  const slow = setTimeout(() => node.querySelector(".meta").append(" · ", state), 400);
  const { client, text } = node.dataset, upload = uploads.get(client);
  try {
    const answer = await fetch(upload ? "/chat/files" : "/chat/messages", {
      method: "POST",
      headers: { "X-Parley": "chat", Accept: "application/json", ...(upload ? {} : { "Content-Type": "application/json" }) },
      body: upload ? withFile(client, upload) : JSON.stringify({ id: client, text }),
      signal: AbortSignal.timeout(upload ? UPLOAD_TIMEOUT : SEND_TIMEOUT),
    });
    if (!answer.ok) throw new Refused((await answer.json()).error, answer.status);
    problem("");
    tabs?.postMessage({ author: "you", client, text: text || "", files: upload ? 1 : 0, at: node.querySelector("time").dateTime });
    node.removeAttribute("data-text");
    uploads.delete(client);
    keepUnsent();
  } catch (error) {
    problem(error instanceof Refused ? error.message : "");
    if (upload && [413, 422].includes(error.status)) { uploads.delete(client); node.remove(); return; }
    node.querySelector(".meta").append($("unsent").content.cloneNode(true));
    if (!(error instanceof Refused)) node.dataset.later = "";
    node.querySelector(".again").addEventListener("click", () => { post(node); box.focus(); });
  } finally {
    clearTimeout(slow);
    if (state.isConnected) { state.previousSibling.remove(); state.remove(); }
    toEnd();
  }
}
// What found no connection goes by itself when there is one again, in its order; what was refused waits for a press.
async function postLater() {
  for (const node of log.querySelectorAll("[data-later]")) await post(node);
}
class Refused extends Error { constructor(text, status) { super(text); this.status = status; } }
function withFile(client, upload) {
  const data = new FormData();
  data.append("id", client); data.append("file", upload);
  return data;
}
function isUnsent(node) { return node.dataset.text || uploads.has(node.dataset.client); }

function problem(text) { $("problem").textContent = text || ""; }

function keepUnsent() {
  keep("unsent", [...log.children].filter((node) => node.dataset.text).map((node) => ({ client: node.dataset.client, text: node.dataset.text })));
}

function say(text, client = uuid()) {
  text = text.trim();
  if (!text) return;
  const node = line({ author: "you", text, client, at: new Date().toISOString() });
  node.dataset.text = text;
  goes(node);
}
function goes(node) {
  log.append(node);
  $("empty").hidden = true; $("end").hidden = false;
  offer([]);
  keepUnsent();
  toEnd();
  post(node);
}
attach.classList.add("live");
file.addEventListener("change", () => {
  const upload = file.files[0], client = uuid();
  if (!upload) return;
  uploads.set(client, upload);
  attach.reset();
  goes(line({ author: "you", text: "", files: 1, client, at: new Date().toISOString() }));
});

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((b, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + b.toString(16).padStart(2, "0")).join("");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (box.value.length > LONGEST) return box.focus();
  say(box.value);
  box.value = "";
  grow();
  box.focus();
});
// A tap does not open the keyboard: the focus goes to the conversation, not into the box.
function tapped(event) {
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  if (!event.submitter) return;
  say(event.submitter.value);
  scroll.focus({ preventScroll: true });
}
quick.addEventListener("submit", tapped);
$("waiting").addEventListener("submit", tapped);
for (const out of [$("end"), $("exit")]) out.addEventListener("click", () => { try { sessionStorage.clear(); } catch { return; } tabs?.postMessage({ ended: true }); });
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, low.matches ? 80 : 160)}px`;
  const left = LONGEST - box.value.length, room = $("room");
  room.className = left < 0 ? "small stop" : "small";
  room.textContent = left > NEAR ? "" : (left < 0 ? words.over : words.room).replace("#", Math.abs(left));
  keep("draft", box.value);
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
    postLater();
  });
  source.addEventListener("message", (event) => { heard = Date.now(); show(JSON.parse(event.data)); });
  source.addEventListener("typing", (event) => { heard = Date.now(); typing(JSON.parse(event.data).typing); });
  source.addEventListener("waiting", (event) => { heard = Date.now(); wait(JSON.parse(event.data).waiting); });
  source.addEventListener("voice", (event) => { heard = Date.now(); speak(JSON.parse(event.data)); });
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
      [...log.children].filter((node) => !isUnsent(node) && !(Number(node.dataset.number) > top)).forEach((node) => node.remove());
      log.prepend(...page.messages.map(line));
      const end = page.messages.at(-1);
      if (end && log.lastElementChild.dataset.id === end.id) {
        const answered = page.messages.findLastIndex((message) => message.author !== "bot");
        offer(page.messages.slice(answered + 1).findLast((message) => message.choices.length)?.choices || []);
      } else offer([]);
      last = Math.max(last, top);
      $("empty").hidden = true;
      toEnd();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
    } else page.messages.forEach(show);
    typing(page.typing);
    wait(page.waiting);
  } catch { status(); }
}

function lock(locked) {
  $("locked").hidden = !locked;
  if (locked) {
    [...log.children].filter((node) => !isUnsent(node)).forEach((node) => node.remove());
    offer([]);
  }
  refresh(true);
}

// On the creditor's own site, in a frame that shows nothing but the chat: what leads out of it leads out of the frame.
if (parent !== window) {
  document.querySelector("a[href='/portal']")?.setAttribute("target", "_blank");
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) parent.postMessage({ parley: "close" }, "*"); });
  $("exit").addEventListener("click", (event) => {
    event.preventDefault();
    fetch("/chat/exit", { method: "POST", body: new URLSearchParams(new FormData($("exit").form)), keepalive: true, redirect: "manual" });
    top.location.replace("/chat/away");
  });
}

setInterval(() => { if (source.readyState === EventSource.OPEN && Date.now() - heard > SILENCE) connect(); }, POLL);
addEventListener("online", () => { status(); connect(); });
addEventListener("offline", status);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (!$("typing").hidden) typing(true);
document.querySelectorAll("#log time[datetime], #waiting time[datetime]").forEach((time) => tell(time, time.dateTime));
tabs?.addEventListener("message", ({ data }) => { if (data.ended) setTimeout(() => location.reload(), 1500); else show(data); });
if (!box.value) box.value = kept("draft") || "";
for (const one of kept("unsent") || []) if (!has(one)) say(one.text, one.client);
grow();
connect();
status();
toEnd();
