// A log-in ends when nobody touched a page of the desk for a while, and after a day's work. It is said before, and loudly
// when it has ended: a page that is logged out tells nobody of danger.
import { sound } from "./desk_sound.js";

const bar = document.getElementById("idle"), say = bar.dataset, [told] = bar.getElementsByTagName("p");
const [stay] = bar.getElementsByTagName("button"), [again] = bar.getElementsByTagName("a");
const EVERY = 60_000, WARNED = 180_000, opened = Date.now();
let touched = opened, sent = opened, isOut = false;

function touch() {
  touched = Date.now();
  localStorage.setItem("touched", touched); // the other tabs of this browser are no more idle than this one
}

async function tell() {
  sent = Date.now();
  const answer = await fetch("/desk/alive", { method: "POST", body: new URLSearchParams({ token: say.token }) }).catch(() => null);
  if (answer?.status === 401) out();
}

function show(words, way) {
  const fresh = told.textContent !== words && bar.hidden;
  if (told.textContent !== words) told.textContent = words;
  stay.hidden = way !== stay;
  again.hidden = way !== again;
  again.href = `/desk/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  bar.hidden = !words;
  if (words && fresh && localStorage.getItem("notice") !== "off" && navigator.userActivation?.hasBeenActive) sound();
}

function out() {
  if (!isOut) show(say.out, again);
  isOut = true;
}

function look() {
  if (isOut) return;
  const last = Math.max(touched, Number(localStorage.getItem("touched")));
  const idle = say.silence * 1000 - (Date.now() - last), ends = say.ends * 1000 - (Date.now() - opened);
  const minutes = (left) => Math.max(1, Math.ceil(left / 60_000));
  if (touched > sent && Date.now() - sent > EVERY) tell();
  if (Math.min(idle, ends) <= 0) return; // whether it is over says the server
  if (ends < 2 * WARNED) show(say.late.replace("{n}", minutes(ends)), again);
  else if (idle < WARNED) show(say.soon.replace("{n}", minutes(idle)), stay);
  else show("", stay);
}

for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"]) addEventListener(kind, touch, { passive: true });
stay.addEventListener("click", () => { touch(); tell(); look(); });
document.addEventListener("desk:out", out);
setInterval(look, 5000);
