// Tells whoever asked for it, on the desktop and by a short sound, when something of theirs is new: a customer answered,
// a colleague gave them a case or named them in a note. Never what was written: a screen may be seen by others.
import { sound } from "./desk_sound.js";

const button = document.querySelector("[data-notice]");
const say = button.dataset, EVERY = 3000;
let known = null, named = 0, asked = 0, busy = false, again = null;
const isOn = () => localStorage.getItem("notice") === "on" && Notification.permission === "granted";
const show = () => { button.textContent = isOn() ? say.on : Notification.permission === "denied" ? say.denied : say.off; button.setAttribute("aria-pressed", isOn()); };

function tell(text, where) {
  if (document.hidden && !document.title.startsWith("● ")) document.title = `● ${document.title}`;
  if (!isOn()) return;
  const note = new Notification(text, { tag: where });
  note.onclick = () => { window.focus(); location.assign(where); };
  sound();
}

async function look() {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch("/desk/waiting?view=mine", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) document.dispatchEvent(new Event("desk:out"));
    if (!answer.ok) return;
    const queue = await answer.json(), now = new Map(queue.cases.map((one) => [one.id, one]));
    for (const [id, one] of known ? now : []) {
      const here = !document.hidden && location.pathname.endsWith(one.talk), before = known.get(id);
      if (here || !one.waited) continue;
      if (!before) tell(say.given, `/desk/conversations/${one.talk}`);
      else if (!before.waited) tell(say.answered, `/desk/conversations/${one.talk}`);
    }
    if (known && queue.counts.named > named) tell(say.named, "/desk?view=named");
    if (known && queue.approvals > asked) tell(say.asked, "/desk/approvals");
    for (const count of document.querySelectorAll("[data-approvals]")) count.textContent = queue.approvals || "";
    document.dispatchEvent(new CustomEvent("desk:waiting", { detail: queue }));
    known = now;
    named = queue.counts.named;
    asked = queue.approvals;
  } catch { /* the page itself says that the line is down */ } finally {
    setTimeout(() => { busy = false; if (again) { again = null; look(); } }, EVERY);
  }
}

button.hidden = !("Notification" in window);
button.addEventListener("click", async () => {
  if (isOn()) localStorage.setItem("notice", "off");
  else if (await Notification.requestPermission() === "granted") { localStorage.setItem("notice", "on"); sound(); }
  show();
});
document.addEventListener("desk:changed", () => { again = true; if (!busy) { again = null; look(); } });
if (!document.getElementById("cases") && !document.getElementById("case")) setInterval(() => document.dispatchEvent(new Event("desk:changed")), 5000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = document.title.replace(/^● /, ""); });
if (!document.getElementById("case")) { // a case tells by itself who looks at it
  const token = document.querySelector("input[name=token]").value;
  const here = () => fetch("/desk/here", { method: "POST", body: new URLSearchParams({ token }) }).catch(() => {});
  here();
  setInterval(() => { if (!document.hidden) here(); }, 15_000);
}
show();
look();
