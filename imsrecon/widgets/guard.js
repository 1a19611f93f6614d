// Keeps the keys of a screen's buttons and boxes from JupyterLab, whose bare letters insert, cut and change cells.
function render({ el, signal }) {
  el.style.display = "none";
  const stop = event => {
    if (event.ctrlKey || event.metaKey || event.key === "Tab" || event.key === "Escape" || (event.key === "Enter" && event.shiftKey)) return;
    event.stopPropagation();
  };
  const settle = () => {
    const screen = el.closest(".ims-screen");
    if (screen) screen.addEventListener("keydown", stop, { signal });
    else if (!signal.aborted) requestAnimationFrame(settle);
  };
  settle();
}
export default { render };
