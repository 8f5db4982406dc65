// Keeps the thread fresh and sends without leaving the page. Everything here also works without it.
(function () {
  "use strict";
  var thread = document.getElementById("thread");
  var form = document.getElementById("compose");
  var text = document.getElementById("text");
  var count = document.getElementById("count");
  var sms = document.body.classList.contains("sms");
  var tag = "", busy = false, counting = 0;

  function toEnd() { thread.scrollTop = thread.scrollHeight; }

  function refresh() {
    if (busy || document.hidden) { return Promise.resolve(); }
    busy = true;
    return fetch(thread.dataset.url, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" })
      .then(function (answer) {
        if (answer.status !== 200) { return; }
        tag = answer.headers.get("ETag") || "";
        return answer.text().then(function (html) {
          var atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 120;
          thread.innerHTML = html;
          if (atEnd) { toEnd(); }
        });
      })
      .catch(function () { say("The sandbox is not answering. Is it still running?"); })
      .then(function () { busy = false; });
  }

  function say(words) { count.textContent = words || "\u00a0"; }

  function measure() {
    text.style.height = "auto";
    text.style.height = Math.min(text.scrollHeight + 2, 160) + "px";
    if (!sms || !text.value) { say(""); return; }
    var mine = ++counting;
    fetch("/phone/count?text=" + encodeURIComponent(text.value)).then(function (answer) { return answer.json(); })
      .then(function (size) {
        if (mine === counting && text.value) {
          say(size.units + (size.units === 1 ? " character, " : " characters, ") + size.segments + " SMS" +
            (size.encoding === "UCS-2" ? ", with letters that halve its room" : ""));
        }
      }).catch(function () {});
  }

  function send(words) {
    return fetch(form.dataset.url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: words }) })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(); }
        return refresh().then(toEnd);
      });
  }
  function notSent() { say("Not sent: the sandbox is not answering. Your words are kept."); }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var words = text.value.trim();
    if (!words) { return; }
    send(words).then(function () { counting++; text.value = ""; measure(); text.focus(); }).catch(notSent);
  });

  var story = document.getElementById("story");
  if (story) {
    story.addEventListener("submit", function (event) {
      event.preventDefault();
      send(event.submitter.value).then(function () { event.submitter.classList.add("said"); }).catch(notSent);
    });
  }

  text.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  text.addEventListener("input", measure);
  document.addEventListener("visibilitychange", refresh);
  toEnd();
  setInterval(refresh, 1000);
})();
