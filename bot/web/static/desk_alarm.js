// Somebody may be in danger: a bar over the page names them, the title of the tab says so, and there is a sound where the
// browser allows one. What stands on the page does not move.
import { sound } from "./desk_sound.js";

const bar = document.getElementById("alarm"), say = bar.dataset;
const here = location.pathname.split("/")[3] ?? "";
let known = new Set([...bar.querySelectorAll("a")].map((one) => one.dataset.talk));
const mayRing = () => localStorage.getItem("notice") !== "off" && (navigator.userActivation?.hasBeenActive ?? false);

function row(one) { // one that stands already stays where it is: its link may be under a finger
  const before = bar.querySelector(`a[data-talk="${CSS.escape(one.talk)}"]`)?.parentElement;
  if (before) { const words = before.querySelector("b"); if (words.textContent !== one.words) words.textContent = one.words; return before; }
  const line = document.createElement("p"), words = document.createElement("b"), link = document.createElement("a");
  words.textContent = one.words;
  link.href = `/desk/conversations/${one.talk}`;
  link.dataset.talk = one.talk;
  link.textContent = say.open;
  line.append(words, " ", link);
  return line;
}

function keepStill(grown) { // what is read or pressed stays under the finger; a page that cannot scroll is made to
  if (!grown || (scrollY > 0 && CSS.supports("overflow-anchor", "auto"))) return; // below its top the browser does it
  const body = document.body, lacks = innerHeight + scrollY + grown - document.documentElement.scrollHeight;
  if (lacks > 0) body.style.paddingBottom = `${parseFloat(getComputedStyle(body).paddingBottom) + lacks}px`;
  scrollBy({ top: grown, behavior: "instant" });
}

function mark(count) {
  const plain = document.title.replace(new RegExp(`${say.mark.replace(/[()]/g, "\\$&").replace("{n}", "\\d+")} · `), "");
  document.title = count ? `${say.mark.replace("{n}", count)} · ${plain}` : plain;
}

document.addEventListener("desk:waiting", (event) => {
  const found = event.detail.alarms.filter((one) => one.talk !== here);
  const fresh = found.filter((one) => !known.has(one.talk));
  const rows = found.slice(0, 3).map(row), stand = [...bar.children];
  if (rows.length !== stand.length || rows.some((one, place) => one !== stand[place])) bar.replaceChildren(...rows);
  const before = bar.offsetHeight;
  bar.hidden = !found.length;
  keepStill(bar.offsetHeight - before);
  known = new Set(found.map((one) => one.talk));
  mark(found.length);
  if (fresh.length && mayRing()) for (const later of [0, 500, 1000]) setTimeout(sound, later);
});
mark(known.size);
