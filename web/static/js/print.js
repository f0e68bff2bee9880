// A button that prints the page.

export function attach(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
