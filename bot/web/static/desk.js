// Keeps the clocks right and says what has changed. Nothing moves by itself: new cases wait behind a button.
const words = document.getElementById("words").dataset;
const EVERY = 5000;
let updated = document.getElementById("updated").dataset.at;

const put = (id, text) => { const node = document.getElementById(id); if (node.textContent !== text) node.textContent = text; };

function apply(cases) {
  const known = new Map(cases.map((one) => [one.id, one]));
  const shown = [...document.querySelectorAll("#cases [data-id]")];
  for (const row of shown) {
    const now = known.get(row.dataset.id);
    row.dataset.state = now ? now.state : "gone";
    row.querySelector(".target").textContent = now ? now.target : words.gone;
    if (now) row.querySelector(".waited").textContent = now.waited;
  }
  const fresh = cases.length - shown.filter((row) => known.has(row.dataset.id)).length;
  const button = document.getElementById("new");
  button.hidden = !fresh;
  put("new", fresh === 1 ? words.one : words.many.replace("{n}", fresh));
  document.title = document.title.replace(/^(\(\d+\) )?/, fresh ? `(${fresh}) ` : "");
}

async function look() {
  try {
    const answer = await fetch("/desk/waiting", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(EVERY) });
    if (answer.status === 401) { put("stale", words.out); return; }
    if (!answer.ok) throw new Error();
    const queue = await answer.json();
    apply(queue.cases);
    updated = queue.updated;
    put("stale", "");
    put("updated", words.updated.replace("{time}", updated));
  } catch {
    put("stale", words.stale.replace("{time}", updated));
  }
}
setInterval(look, EVERY);
