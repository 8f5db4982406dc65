// The chat on the creditor's own site: <script src="https://chat.example/static/embed.js" async></script>
// A button at the corner; the first press opens the chat in a frame. data-lang (en, es) and data-label may be given.
// Nothing of the page is read, and nothing of the chat is told to it but that something new has arrived, or Escape was pressed.
(() => {
  const me = document.currentScript, origin = new URL(me.src).origin;
  const lang = me.dataset.lang || (document.documentElement.lang.startsWith("es") ? "es" : "en");
  const words = { en: ["Messages", "Close", "new"], es: ["Mensajes", "Cerrar", "nuevos"] }[lang] || ["Messages", "Close", "new"];
  const label = me.dataset.label || words[0];
  const host = document.createElement("div"), root = host.attachShadow({ mode: "closed" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483000; right: 16px; bottom: 16px; color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
    button { font: inherit; font-weight: 600; min-height: 48px; padding: 8px 20px; border: 2px solid transparent; border-radius: 24px; background: #0d5c63; color: #fff; cursor: pointer; }
    button:focus-visible { outline: 2px solid #0d5c63; outline-offset: 2px; }
    section { position: fixed; right: 16px; bottom: 16px; width: min(400px, calc(100vw - 32px)); height: min(640px, calc(100dvh - 32px)); display: flex; flex-direction: column; background: Canvas; color: CanvasText; border: 1px solid #8b877e; border-radius: 12px; overflow: hidden; }
    [hidden] { display: none !important; }
    section button { min-height: 44px; align-self: flex-end; background: none; color: inherit; border-radius: 0; }
    section button:focus-visible { outline-color: currentcolor; outline-offset: -4px; }
    iframe { flex: 1; border: 0; width: 100%; }
    @media (max-width: 479px) { section { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } }
    @media (forced-colors: active) { button { border-color: ButtonText; } }
  `);
  root.adoptedStyleSheets = [style];
  const open = document.createElement("button"), panel = document.createElement("section"), close = document.createElement("button");
  let frame = null, unseen = 0;

  function name() {
    open.textContent = unseen ? `${label} (${unseen})` : label;
    open.setAttribute("aria-label", unseen ? `${label}, ${unseen} ${words[2]}` : label);
  }
  function show() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = `${origin}/?lang=${lang}`;
      panel.append(frame);
    }
    unseen = 0;
    name();
    panel.hidden = false; open.hidden = true;
    open.setAttribute("aria-expanded", "true");
    close.focus();
  }
  function hide() {
    panel.hidden = true; open.hidden = false;
    open.setAttribute("aria-expanded", "false");
    open.focus();
  }
  open.type = close.type = "button";
  open.setAttribute("aria-expanded", "false");
  close.textContent = words[1];
  panel.setAttribute("role", "dialog"); panel.setAttribute("aria-label", label);
  panel.hidden = true;
  panel.append(close);
  name();
  open.addEventListener("click", show);
  close.addEventListener("click", hide);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame?.contentWindow) return;
    if (event.data?.parley === "close" && !panel.hidden) hide();
    if (event.data?.parley === "message" && panel.hidden) { unseen += 1; name(); }
  });
  root.append(open, panel);
  document.body.append(host);
})();
