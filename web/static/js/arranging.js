// Owners and parcels up, down and away, by their buttons or by keys on the current field.

export function makeArranging(root, panel, { saving, signal }) {
  const words = JSON.parse(root.dataset.words);
  const dialog = root.parentElement.querySelector("[data-remove-dialog]");

  const groupOf = (field) => field?.closest(".group");
  const button = (field, how) => groupOf(field)?.querySelector(`[data-order="${how}"]`);

  // Moves the group and says which path the field has afterwards.
  async function move(field, how) {
    const pressed = button(field, how);
    if (!pressed) return "";
    const [, index, ...rest] = field.dataset.path.split(".");
    const { group } = Object.fromEntries(new FormData(pressed.form));
    if (!await saving.arrange(pressed.form.action, { group, order: pressed.value })) return "";
    return [group, Number(index) + (how === "up" ? -1 : 1), ...rest].join(".");
  }

  function remove(pressed) {
    const title = pressed.closest(".group").dataset.groupTitle;
    dialog.querySelector("h2").textContent = words.remove.replace("{name}", title);
    dialog.querySelector("[data-remove-now]").onclick = () => {
      dialog.close();
      saving.arrange(pressed.form.action, { group: pressed.form.elements.group.value, order: pressed.value });
    };
    dialog.showModal();
  }

  panel.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-arrange]")) return;
    event.preventDefault();
    const pressed = event.submitter;
    if (pressed.dataset.order === "remove") { remove(pressed); return; }
    saving.arrange(pressed.form.action, { group: pressed.form.elements.group.value, order: pressed.value });
  }, { signal });

  return { move, remove: (field) => { const pressed = button(field, "remove"); if (pressed) remove(pressed); } };
}
