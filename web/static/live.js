// Keeps a page moving: joins the page's topic, morphs what changed into place, says when it cannot.
// Without it the page is complete and still: links, forms and a timed reload do the work.
"use strict";

(() => {
  const { topic, socket: endpoint, refresh } = document.body.dataset;
  const region = document.getElementById("main");
  const status = document.getElementById("live");
  const flash = document.getElementById("flash");
  const refreshMs = Number(refresh) * 1000;
  let channel = null;
  let updatedAt = Date.now();
  let failures = 0;
  let moving = false; // until the first answer the page is as it was served

  // Morphing -----------------------------------------------------------------------------------

  const parse = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  const callbacks = {
    beforeNodeMorphed(old, fresh) {
      if (!(old instanceof Element)) return true;
      if (old.hasAttribute("data-still")) return false;
      if (old.hasAttribute("data-fade") && old.textContent !== fresh.textContent) fade(old);
      return true;
    },
    beforeAttributeUpdated(name, node) {
      if (name === "open" && node.localName === "details") return false;
      return !(name === "class" && node.classList.contains("changed"));
    },
  };

  const fade = (cell) => {
    cell.classList.remove("changed");
    void cell.offsetWidth; // restarts the animation
    cell.classList.add("changed");
    cell.addEventListener("animationend", () => cell.classList.remove("changed"), { once: true });
  };

  const morph = (old, html) => {
    const fresh = parse(html);
    if (old && fresh) Idiomorph.morph(old, fresh, { ignoreActiveValue: true, callbacks });
  };

  const replace = (html) => morph(document.getElementById(parse(html).id), html);

  const apply = ({ html = [], removed = [], title = null }) => {
    html.forEach(replace);
    removed.forEach((id) => document.getElementById(id)?.remove());
    if (title) document.title = `${title} · Engset`;
    updatedAt = Date.now();
    moving = true;
    show();
  };

  // What the viewer is told --------------------------------------------------------------------

  const show = () => {
    const offline = document.body.classList.contains("offline");
    if (!moving && !offline) return;
    const age = Math.round((Date.now() - updatedAt) / 1000);
    const stale = age * 1000 > 3 * refreshMs + 1000;
    status.dataset.state = offline ? "offline" : stale ? "stale" : "live";
    document.body.classList.toggle("stale", stale);
    const when = age < 1 ? "just now" : `${age} s ago`;
    status.lastElementChild.textContent = offline ? `reconnecting, updated ${when}` : `updated ${when}`;
  };

  const say = (text, tone) => {
    flash.textContent = text;
    flash.dataset.tone = tone;
    flash.hidden = false;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (flash.hidden = true), 6000);
  };

  // The channel --------------------------------------------------------------------------------

  const socket = new Phoenix.Socket(endpoint, { heartbeatIntervalMs: 30000 });
  socket.onOpen(() => {
    failures = 0;
    document.body.classList.remove("offline");
    show();
  });
  const offline = () => {
    document.body.classList.add("offline");
    show();
  };
  socket.onClose(offline);
  socket.onError(() => {
    offline();
    failures += 1;
    if (failures % 4 === 0) signedOut();
  });

  // A session that ended refuses the socket for ever; the page itself then leads to the sign-in.
  const signedOut = () =>
    fetch(location.href, { redirect: "manual" })
      .then((answer) => answer.type === "opaqueredirect" && location.reload())
      .catch(() => null);

  const join = () => {
    if (channel) return;
    channel = socket.channel(topic, {});
    channel.on("diff", apply);
    channel.on("flash", ({ text, tone }) => say(text, tone));
    channel.on("redirect", ({ to }) => location.assign(to));
    channel.join()
      .receive("ok", ({ html, title }) => apply({ html, title }))
      .receive("error", ({ reason }) => say(`The page cannot be updated: ${reason}.`, "bad"));
  };

  const pause = () => {
    channel?.leave();
    channel = null;
  };

  const act = (event) => {
    const button = event.submitter;
    if (!button?.dataset.confirm || !channel) return; // the form goes the slow way
    event.preventDefault();
    if (!confirm(button.dataset.confirm)) return;
    const name = new URL(button.formAction).pathname.split("/").pop();
    channel.push("event", { name, value: { [button.name]: button.value } })
      .receive("ok", ({ flash: text }) => text && say(text, "good"))
      .receive("error", ({ reason }) => say(reason, "bad"))
      .receive("timeout", () => say("No answer from the daemon yet.", "bad"));
  };

  if (!topic || !region || !window.Phoenix || !window.Idiomorph) return;
  document.addEventListener("submit", act);
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : join()));
  setInterval(show, 1000);
  socket.connect();
  if (!document.hidden) join();
})();
