// Keeps the queue right and says what has changed. Nothing moves by itself: new cases wait behind a button.
import { listen } from "./desk_live.js";

const words = document.getElementById("words").dataset;
const query = document.getElementById("cases").dataset.query;
let updated = document.getElementById("updated").dataset.at;

const put = (id, text) => { const node = document.getElementById(id); if (node.textContent !== text) node.textContent = text; };
const set = (row, name, text) => { const node = row.querySelector(name); if (node.textContent !== text) node.textContent = text; };

function apply(cases) {
  const known = new Map(cases.map((one) => [one.id, one]));
  const shown = [...document.querySelectorAll("#cases [data-id]")];
  for (const row of shown) {
    const now = known.get(row.dataset.id);
    row.dataset.state = now ? now.state : "gone";
    set(row, ".target", now ? now.target : words.gone);
    if (!now) continue;
    set(row, ".waited", now.waited);
    set(row, ".snippet", now.snippet);
    set(row, ".owner", now.owner);
  }
  const fresh = cases.length - shown.filter((row) => known.has(row.dataset.id)).length;
  const button = document.getElementById("new"), empty = document.querySelector("#cases.empty");
  if (empty) empty.hidden = fresh > 0; // somebody waits after all
  button.hidden = !fresh;
  put("new", fresh === 1 ? words.one : words.many.replace("{n}", fresh));
  document.title = document.title.replace(/^(\(\d+\) )?/, fresh ? `(${fresh}) ` : "");
}

async function look() {
  try {
    const answer = await fetch(`/desk/waiting?${query}`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) { put("stale", words.out); return; }
    if (!answer.ok) throw new Error();
    const queue = await answer.json();
    if (queue.cases) apply(queue.cases); // what is over stays as it is
    for (const [name, count] of Object.entries(queue.counts)) document.querySelector(`[data-count="${name}"]`).textContent = count;
    updated = queue.updated;
    put("stale", "");
    put("updated", words.updated.replace("{time}", updated));
  } catch {
    put("stale", words.stale.replace("{time}", updated));
  }
}
listen(look, (isDown) => put("line", isDown ? words.line : ""));
