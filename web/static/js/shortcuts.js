// Single-key shortcuts that never disturb typing: nothing fires inside a text box, or while an input method composes.

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([readonly]), textarea:not([readonly]), select, [contenteditable=true]";

// Whether the key press belongs to text being typed. Composition (Telex, VNI) reports keyCode 229 or isComposing.
export function isTyping(event) {
  return event.isComposing || event.keyCode === 229 || event.key === "Process" || event.key === "Dead"
    || Boolean(event.target.closest?.(TYPING));
}

// Calls keys[name] for a plain key press outside typing. Digits and letters are taken by what they type.
export function listen(root, keys, { active = () => true, signal } = {}) {
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.metaKey || event.ctrlKey || isTyping(event) || !active()) return;
    // A button or link keeps its own Enter and Space.
    if ((event.key === "Enter" || event.key === " ") && event.target.closest?.("button, a, summary")) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = keys[event.shiftKey && name.length > 1 ? `Shift+${name}` : name];
    if (!action) return;
    event.preventDefault();
    action(event);
  }, { signal });
}
