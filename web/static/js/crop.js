// The place of a field cut out of the scan, shown under the field.

const SVG = "http://www.w3.org/2000/svg";

export function showCrop(field, rect) {
  const place = field.querySelector("[data-crop]");
  if (!rect || !place || place.childElementCount) return;
  const figure = rect.closest("figure");
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
  const crop = document.createElementNS(SVG, "svg");
  crop.setAttribute("class", "crop");
  crop.setAttribute("viewBox", `${x - 4} ${y} ${width + 8} ${height}`);
  crop.setAttribute("aria-hidden", "true");
  // A line gets a line's height, several lines get more, never so much that the choices leave the screen.
  crop.style.height = `${Math.round(Math.min(112, Math.max(46, Math.min(height * 1.2, (place.clientWidth * height) / width))))}px`;
  const image = document.createElementNS(SVG, "image");
  image.setAttribute("href", figure.querySelector("img").src);
  image.setAttribute("width", figure.dataset.width);
  image.setAttribute("height", figure.dataset.height);
  crop.append(image);
  place.append(crop);
}
