// Calls `look` when the stream says that something is new, when the line goes or comes, and every five seconds in any
// case: a clock has to run, and a stream that is cut off must not matter. Never two looks at once.
const EVERY = 5000;

export function listen(look, tellLine) {
  let busy = false, again = false;
  const once = async () => {
    if (busy) { again = true; return; }
    busy = true;
    do { again = false; await look(); } while (again);
    busy = false;
  };
  const talk = document.getElementById("case")?.dataset.live.split("/")[3] ?? "";
  const stream = new EventSource(`/desk/events?talk=${talk}`);
  stream.addEventListener("changed", once);
  stream.addEventListener("changed", () => document.dispatchEvent(new Event("desk:changed")));
  stream.addEventListener("open", () => tellLine(false));
  stream.addEventListener("error", () => tellLine(true));
  addEventListener("offline", once);
  addEventListener("online", once);
  addEventListener("pagehide", () => stream.close());
  setInterval(() => { once(); document.dispatchEvent(new Event("desk:changed")); }, EVERY); // a case is told only of its own news
}
