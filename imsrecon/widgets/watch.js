// Asks Python, whenever this notebook comes to the front, whether the client was changed in another one meanwhile; says
// so in a bar at the notebook's foot, which stays in sight wherever the page is scrolled.
function render({ model, el, signal }) {
  el.style.display = "none";
  const bar = document.createElement("div"), words = document.createElement("span"), button = document.createElement("button");
  bar.className = "imswatch";
  bar.setAttribute("role", "status");
  button.type = "button";
  bar.append(words, button);
  const show = () => {
    words.textContent = model.get("told");
    button.textContent = model.get("offer");
    bar.hidden = !words.textContent;
  };
  const begin = () => {
    const panel = el.closest(".jp-NotebookPanel");
    if (!panel) { if (!signal.aborted) requestAnimationFrame(begin); return; }
    const front = new IntersectionObserver(seen => { if (seen.at(-1).isIntersecting) model.send({ type: "front" }); });
    front.observe(panel);
    panel.append(bar);
    signal.addEventListener("abort", () => { front.disconnect(); bar.remove(); });
  };
  button.addEventListener("click", () => { words.textContent = "…"; model.send({ type: "show" }); });
  bar.addEventListener("keydown", event => { if (event.key !== "Tab") event.stopPropagation(); });
  model.on("change:told", show);
  model.on("change:offer", show);
  signal.addEventListener("abort", () => { model.off("change:told", show); model.off("change:offer", show); });
  show();
  begin();
}
export default { render };
