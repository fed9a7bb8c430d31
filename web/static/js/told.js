// What the page says by itself.

/** Says a sentence where screen readers and eyes find it. @param {string} sentence */
export function told(sentence) {
  const place = document.getElementById("told");
  if (place) place.textContent = sentence;
}
