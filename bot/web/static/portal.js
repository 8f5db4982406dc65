// Says that the time is nearly over, and leaves nothing on the screen when it is.
const page = document.getElementById("portal"), warning = document.getElementById("idle");
const end = performance.now() + Number(page.dataset.left) * 1000;
const WARN = 120_000;

const leave = () => location.replace("/portal?idle=1");
let timer;
const look = () => {
  clearTimeout(timer);
  const left = end - performance.now();
  if (left <= 0) return leave();
  warning.hidden = left > WARN;
  timer = setTimeout(look, left > WARN ? left - WARN : Math.min(left, 1000) + 20);
};
look();
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("visibilitychange", () => document.hidden || look());

// Who types an amount means that amount.
for (const field of document.querySelectorAll("[data-pick]"))
  field.addEventListener("input", () => { field.form.querySelector("[value=other]").checked = true; });
