// Single keys of a screen: each is sent to Python. Typing into a box, and keys with Ctrl or Alt, stay what they are.
function render({ model, el, signal }) {
  el.style.display = "none";
  const typing = target => target.tagName === "TEXTAREA" || target.isContentEditable
    || (target.tagName === "INPUT" && !["button", "checkbox", "radio", "range", "submit"].includes(target.type));
  const pressed = event => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !model.get("known").includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) model.send({ key });
  };
  const settle = () => {
    const screen = el.closest(".ims-screen");
    if (screen) screen.addEventListener("keydown", pressed, { signal, capture: true });
    else if (!signal.aborted) requestAnimationFrame(settle);
  };
  settle();
}
export default { render };
