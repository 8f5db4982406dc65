// Single keys, only while nothing is being written: each is a link or a button that stands on the page anyway.
const keys = {
  j: () => step(1), k: () => step(-1),
  r: () => document.getElementById("text")?.focus(),
  n: () => { const box = document.querySelector(".note-box"); if (box) { box.open = true; document.getElementById("note").focus(); } },
  a: () => document.querySelector('form[action$="/take"] button')?.focus(),
  s: () => open("aside", "until"), t: () => open("move", "to"), e: () => open("end", "code"),
  "/": () => (document.getElementById("ready") ? open("ready", "ready-find") : find()), f: () => find(),
  q: () => location.assign("/desk"),
  "?": () => { const help = document.getElementById("keys"); if (help.open) help.close(); else help.showModal(); },
};

function open(name, field) {
  const box = document.getElementById(name);
  if (!box) return;
  box.open = true;
  box.scrollIntoView({ block: "nearest" });
  document.getElementById(field).focus();
}

function find() {
  const field = document.getElementById("find");
  if (field) { field.focus(); field.select(); } else location.assign("/desk#find");
}
if (location.hash === "#find") find();

function step(by) {
  const links = [...document.querySelectorAll(".cases h2 a, .beside li a")].filter((one) => one.offsetParent !== null);
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

addEventListener("keydown", (event) => {
  const inField = event.target.closest("input, textarea, select, [contenteditable]");
  if (inField || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
for (const one of document.querySelectorAll("[data-keys]")) one.addEventListener("click", keys["?"]);
