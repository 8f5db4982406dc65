// Saves a line of a draft while it is written, and shows how far a simulation is. Without it everything works by buttons.
const form = document.querySelector("form[data-autosave]");
if (form) {
  const told = document.getElementById("saved");
  let timer = 0, running = false, again = false;
  const save = async () => {
    if (running) { again = true; return; }
    running = true;
    told.textContent = "saving…";
    try {
      const answer = await fetch(location.pathname, {
        method: "POST", headers: { "X-Autosave": "1" }, body: new URLSearchParams(new FormData(form)), redirect: "manual",
      });
      if (!answer.ok || !(answer.headers.get("content-type") || "").includes("json")) throw new Error(String(answer.status));
      show(await answer.json());
    } catch (error) {
      told.textContent = error.message === "409"
        ? "Not saved: somebody else saved this draft. Open it again; what you typed stands here until then."
        : "Not saved: no answer. It is tried again when you go on, or press Save.";
    }
    running = false;
    if (again) { again = false; save(); }
  };
  const show = (state) => {
    form.elements.revision.value = state.revision;
    told.textContent = state.count ? `saved; ${state.count === 1 ? "1 problem" : `${state.count} problems`} in the draft` : "saved; no problem";
    for (const place of form.querySelectorAll("[data-problems]")) {
      const lines = state.problems[place.dataset.problems] || [];
      if (lines.join() === [...place.children].map((one) => one.dataset.line || "").join()) continue;
      place.replaceChildren(...lines.map((line) => {
        const shown = document.createElement("p");
        shown.className = "notice stop"; shown.dataset.line = line; shown.textContent = line;
        return shown;
      }));
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 800); });
  form.addEventListener("submit", () => clearTimeout(timer));
}
const progress = document.querySelector("[data-progress]");
if (progress) {
  const look = async () => {
    const answer = await fetch(progress.dataset.progress).catch(() => null);
    const state = answer && answer.ok ? await answer.json() : null;
    if (state && state.over) { location.reload(); return; }
    if (state && state.total) {
      const bar = progress.querySelector("progress");
      bar.max = state.total; bar.value = state.done;
      progress.querySelector("[role=status]").textContent = `${state.done} of ${state.total} ${progress.dataset.unit || "accounts replayed"}`;
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
