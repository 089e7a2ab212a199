// Shows a notification for each piece of news, while the tab is not looked at. The server writes news into
// elements with the class `cl-news`; permission is asked for by a click on `.cl-notify` and never otherwise.
(() => {
  if (window.cleanlistNotifies) return;
  window.cleanlistNotifies = true;
  const known = "Notification" in window;
  const told = new Set();

  const showState = () => {
    document.documentElement.dataset.notify = known ? Notification.permission : "unknown";
  };

  const tell = (item) => {
    const { id, text } = item.dataset;
    if (!id || told.has(id)) return;
    told.add(id);
    const unseen = document.hidden || !document.hasFocus();
    if (!known || Notification.permission !== "granted" || !unseen) return;
    const shown = new Notification("Cleanlist", { body: text, tag: id });
    shown.onclick = () => { window.focus(); shown.close(); };
  };

  document.addEventListener("click", (event) => {
    if (known && event.target.closest(".cl-notify")) Notification.requestPermission().then(showState);
  });
  new MutationObserver(() => document.querySelectorAll(".cl-news").forEach(tell))
    .observe(document.body, { childList: true, subtree: true });
  showState();
})();
